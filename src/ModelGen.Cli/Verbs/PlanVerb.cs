using System.CommandLine;
using ModelGen.Cli.Compilation;
using ModelGen.Cli.Plans;
using ModelGen.Cli.Specs;
using ModelGen.Compiler;
using ModelGen.Runs;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen plan</c>: what a spec costs before it runs.</summary>
internal static class PlanVerb
{
    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "a model or a recipe" };
        var json = new Option<bool>("--json") { Description = "write JSON, with all sizes in bytes" };
        var probe = new Option<bool>("--probe") { Description = "make a few steps and tell how long the whole training takes" };
        var data = RunOption.Data();
        var device = RunOption.Device();
        var command = new Command("plan", "Tells what a spec costs: its layers, the memory of its training, its checkpoints.")
        {
            file,
            json,
            probe,
            data,
            device,
        };
        command.Validators.Add(result =>
        {
            if (
                !result.GetValue(probe)
                && new Option[] { data, device }.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } idle
            )
            {
                result.AddError($"{idle.Name} is for {probe.Name}, without which nothing is run.");
            }
        });
        command.SetAction(
            (parsed, stop) =>
            {
                var (path, isJson) = (parsed.GetValue(file)!, parsed.GetValue(json));
                if (Planned(path) is not { } plan)
                {
                    return Task.FromResult(ConsoleProgram.CannotGoOn);
                }

                PlannedTime? time = null;
                if (parsed.GetValue(probe))
                {
                    var spec = RunSpec.Compile(path, [], RunOption.Recognise(parsed.GetValue(data)));
                    if (!spec.IsSound)
                    {
                        spec.Tell();
                        return Task.FromResult(ConsoleProgram.CannotGoOn);
                    }

                    time = Probe(spec, parsed.GetValue(device)!, stop);
                }

                if (isJson)
                {
                    ReadableJson.Write(PlanJson.Of(plan, time));
                    return Task.FromResult(ConsoleProgram.Done);
                }

                foreach (var line in PlanText.Lines(plan).Concat(PlanText.Time(time)))
                {
                    Console.WriteLine(line);
                }

                return Task.FromResult(ConsoleProgram.Done);
            }
        );
        return command;
    }

    private static Plan? Planned(string path)
    {
        var files = SpecFiles.Find([path]);
        if (files.Count > 1 || Directory.Exists(path))
        {
            throw new ModelGenException($"A plan is of one file, and '{path}' is {(Directory.Exists(path) ? "a folder" : "several")}.");
        }

        var specs = new SpecSet(files);
        var spec = specs.CompileOne();
        if (!spec.IsSound)
        {
            return null;
        }

        var model = SpecCompiler.Build(specs.Trained(spec.Path))!;
        return Plan.Of(model, specs.TrainedWeights(spec.Path, model), specs.Used(spec.Path));
    }

    private static PlannedTime Probe(RunSpec spec, string device, CancellationToken stop)
    {
        var found = RunAssembly.Load(spec).Run.Probe(device, stop: stop);
        return new PlannedTime(found.Step, found.TotalSteps);
    }
}
