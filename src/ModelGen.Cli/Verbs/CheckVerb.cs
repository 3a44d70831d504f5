using System.CommandLine;
using System.Text.Json.Nodes;
using ModelGen.Cli.Specs;
using ModelGen.Cli.Tables;
using ModelGen.Compiler.Diagnostics;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen check</c>: what is wrong with specs.</summary>
internal static class CheckVerb
{
    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var files = new Argument<string[]>("FILES")
        {
            Description = "specs, folders with all below them, and patterns such as 'models/**/*.model.yaml'",
            DefaultValueFactory = static _ => ["."],
        };
        var json = new Option<bool>("--json") { Description = "write a JSON list instead of lines" };
        var watch = new Option<bool>("--watch") { Description = "check again whenever a spec is saved, until Ctrl-C" };
        var command = new Command("check", "Tells everything that is wrong with specs, in the format of builds.") { files, json, watch };
        command.SetAction(
            async (parsed, stop) =>
            {
                var paths = parsed.GetValue(files)!;
                var isJson = parsed.GetValue(json);
                if (!parsed.GetValue(watch))
                {
                    return Check(paths, isJson) ? 0 : 1;
                }

                await Watch(paths, isJson, stop).ConfigureAwait(false);
                return 0;
            }
        );
        return command;
    }

    private static bool Check(IReadOnlyList<string> paths, bool isJson)
    {
        var specs = new SpecSet(SpecFiles.Find(paths)).Compile().ToList();
        if (isJson)
        {
            var list = new JsonArray([
                .. specs.SelectMany(static spec => spec.Diagnostics.Select(diagnostic => Json(spec.Path, diagnostic))),
            ]);
            ReadableJson.Write(list);
        }
        else
        {
            foreach (var spec in specs)
            {
                foreach (var diagnostic in spec.Diagnostics)
                {
                    Console.WriteLine(diagnostic.Format(spec.Path));
                }
            }

            Console.WriteLine(Summary(specs));
        }

        return !specs.Exists(static spec => spec.HasErrors);
    }

    private static string Summary(List<CheckedSpec> specs)
    {
        var errors = specs.Sum(static spec => spec.Diagnostics.Count(static diagnostic => !diagnostic.Rule.IsWarning));
        var warnings = specs.Sum(static spec => spec.Diagnostics.Count(static diagnostic => diagnostic.Rule.IsWarning));
        return $"{NumberText.Counted(specs.Count, "spec")}: {NumberText.Counted(errors, "error")}, "
            + NumberText.Counted(warnings, "warning");
    }

    private static JsonObject Json(string path, Diagnostic diagnostic) =>
        new()
        {
            ["file"] = path,
            ["line"] = diagnostic.Span.Line,
            ["column"] = diagnostic.Span.Column,
            ["severity"] = diagnostic.Rule.IsWarning ? "warning" : "error",
            ["code"] = diagnostic.Rule.Id,
            ["message"] = diagnostic.Message,
        };

    private static async Task Watch(IReadOnlyList<string> paths, bool isJson, CancellationToken stop)
    {
        using var changed = new SemaphoreSlim(1);
        var folders = paths
            .Select(static path => Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".")
            .Select(static folder => folder.Contains('*') ? "." : folder)
            .Distinct();
        var watchers = new List<FileSystemWatcher>();
        try
        {
            foreach (var folder in folders)
            {
                var watcher = new FileSystemWatcher(folder, "*.yaml") { IncludeSubdirectories = true };
                watcher.Changed += Tell;
                watcher.Created += Tell;
                watcher.Deleted += Tell;
                watcher.Renamed += Tell;
                watcher.EnableRaisingEvents = true;
                watchers.Add(watcher);
            }

            while (true)
            {
                await changed.WaitAsync(stop).ConfigureAwait(false);

                // Editors save in several steps.
                await Task.Delay(TimeSpan.FromMilliseconds(100), stop).ConfigureAwait(false);
                while (changed.Wait(0, stop)) { }

                try
                {
                    _ = Check(paths, isJson);
                }
                catch (ModelGenException exception)
                {
                    Console.WriteLine(exception.Message);
                }
            }
        }
        finally
        {
            watchers.ForEach(static watcher => watcher.Dispose());
        }

        void Tell(object sender, FileSystemEventArgs change) => changed.Release();
    }
}
