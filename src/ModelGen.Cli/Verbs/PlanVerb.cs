using System.CommandLine;
using ModelGen.Cli.Plans;
using ModelGen.Cli.Specs;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen plan</c>: what a spec costs before it runs.</summary>
internal static class PlanVerb
{
    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "a model or a recipe" };
        var json = new Option<bool>("--json") { Description = "write JSON, with all sizes in bytes" };
        var command = new Command("plan", "Tells what a spec costs: its layers, the memory of its training, its checkpoints.")
        {
            file,
            json,
        };
        command.SetAction(parsed => Write(parsed.GetValue(file)!, parsed.GetValue(json)));
        return command;
    }

    private static int Write(string path, bool isJson)
    {
        var files = SpecFiles.Find([path]);
        if (files.Count > 1 || Directory.Exists(path))
        {
            throw new ModelGenException($"A plan is of one file, and '{path}' is {(Directory.Exists(path) ? "a folder" : "several")}.");
        }

        var specs = new SpecSet(files);
        var spec = specs.Compile().Single();
        foreach (var diagnostic in spec.Diagnostics)
        {
            Console.Error.WriteLine(diagnostic.Format(spec.Path));
        }

        if (!spec.IsSound)
        {
            return 1;
        }

        var plan = Plan.Of(specs.Trained(spec.Path));
        if (isJson)
        {
            ReadableJson.Write(PlanJson.Of(plan));
            return 0;
        }

        foreach (var line in PlanText.Lines(plan))
        {
            Console.WriteLine(line);
        }

        return 0;
    }
}
