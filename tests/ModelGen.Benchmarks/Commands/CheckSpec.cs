using System.Diagnostics;
using System.Reflection;

namespace ModelGen.Benchmarks.Commands;

/// <summary>What someone waits for who checks one file.</summary>
internal sealed class CheckSpec : Benchmark
{
    public override string Name => "check-one-spec";

    public override string Sentence =>
        "'modelgen check FILE', installed from its package, from the start of the process to its end, against 'dotnet --version'.";

    // The package is made first.
    public override bool TakesMinutes => true;

    public override Comparison Run()
    {
        var folder = Directory.CreateTempSubdirectory("modelgen-check-");
        try
        {
            var root = typeof(CheckSpec)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(static each => each.Key == "RepositoryRoot")
                .Value!;
            Start(root, "dotnet", "pack", "src/ModelGen.Cli", "-c", "Release", "-o", Path.Combine(folder.FullName, "feed"));
            File.WriteAllText(
                Path.Combine(folder.FullName, "NuGet.config"),
                """<configuration><packageSources><clear /><add key="feed" value="feed" /></packageSources></configuration>"""
            );
            Start(folder.FullName, "dotnet", "tool", "install", "ModelGen.Cli", "--tool-path", "tools");
            var command = Path.Combine(folder.FullName, "tools", "modelgen");
            Start(folder.FullName, command, "new", "Notes");
            return Comparison.Time(
                () => Start(folder.FullName, command, "check", "Notes.model.yaml"),
                () => Start(folder.FullName, "dotnet", "--version"),
                warmUps: 2,
                pairs: 10
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Start(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true }
        )!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new ModelGenException($"'{program} {string.Join(' ', arguments)}' ended with {process.ExitCode}: {output}");
        }
    }
}
