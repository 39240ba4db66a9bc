// Reads stack files with the engine's own loader: a JSON text per line on standard input, and per line of the answer
// what the language host would be given, or what keeps the engine from loading the file.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

type answer struct {
	Config map[string]string `json:"config,omitempty"`
	Error  string            `json:"error,omitempty"`
}

func load(project *workspace.Project, text string) (result answer) {
	defer func() {
		if problem := recover(); problem != nil {
			result = answer{Error: fmt.Sprint(problem)}
		}
	}()
	stack, err := workspace.LoadProjectStackBytes(nil, project, []byte(text), "Pulumi.dev.yaml", encoding.YAML)
	if err != nil {
		return answer{Error: err.Error()}
	}
	values, err := stack.Config.Decrypt(config.NopDecrypter)
	if err != nil {
		return answer{Error: err.Error()}
	}
	texts := map[string]string{}
	for key, value := range values {
		texts[key.String()] = value
	}
	return answer{Config: texts}
}

func main() {
	project := &workspace.Project{Name: tokens.PackageName(os.Args[1])}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	output := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			panic(err)
		}
		if err := output.Encode(load(project, text)); err != nil {
			panic(err)
		}
	}
}
