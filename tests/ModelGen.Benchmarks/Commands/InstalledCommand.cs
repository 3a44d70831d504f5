using System.Diagnostics;
using System.Reflection;

namespace ModelGen.Benchmarks.Commands;

/// <summary>The command as people have it, packed and installed, in a folder with a spec of its own.</summary>
internal sealed class InstalledCommand : IDisposable
{
    /// <summary>The spec in the folder.</summary>
    public const string Spec = "Notes.model.yaml";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelgen-command-");

    /// <summary>Packs and installs, which takes a minute or two.</summary>
    public InstalledCommand()
    {
        var root = typeof(InstalledCommand)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(static each => each.Key == "RepositoryRoot")
            .Value!;
        Finish(Start(root, "dotnet", "pack", "src/ModelGen.Cli", "-c", "Release", "-o", Path.Combine(Folder, "feed")));
        File.WriteAllText(
            Path.Combine(Folder, "NuGet.config"),
            """<configuration><packageSources><clear /><add key="feed" value="feed" /></packageSources></configuration>"""
        );
        Finish(Start(Folder, "dotnet", "tool", "install", "ModelGen.Cli", "--tool-path", "tools"));
        Run("new", "Notes");
    }

    /// <summary>The folder.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Runs the command to its end.</summary>
    public void Run(params string[] arguments) => Finish(Begin(arguments));

    /// <summary>Starts the command.</summary>
    public Process Begin(params string[] arguments) => Start(Folder, Path.Combine(Folder, "tools", "modelgen"), arguments);

    /// <summary>What both benchmarks are held against: the least that any program on .NET takes.</summary>
    public void Baseline() => Finish(Start(Folder, "dotnet", "--version"));

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private static Process Start(string folder, string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;

    private static void Finish(Process started)
    {
        using var process = started;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new ModelGenException($"'{process.StartInfo.FileName}' ended with {process.ExitCode}: {output}");
        }
    }
}
