// Writes the Python SDK of a package from its schema, as Pulumi's language host for Python does for
// `pulumi package add`.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	file, folder := os.Args[1], os.Args[2]
	text, err := os.ReadFile(file)
	check(err)
	var spec schema.PackageSpec
	check(json.Unmarshal(text, &spec))
	bound, err := schema.ImportSpec(spec, nil, noOthers{}, schema.ValidationOptions{})
	check(err)
	files, err := python.GeneratePackage("pulumi", bound, nil, noOthers{})
	check(err)
	for name, content := range files {
		path := filepath.Join(folder, name)
		check(os.MkdirAll(filepath.Dir(path), 0o755))
		check(os.WriteFile(path, content, 0o644))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// The package refers to no other.
type noOthers struct{ schema.ReferenceLoader }
