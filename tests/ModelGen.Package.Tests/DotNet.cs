using System.Diagnostics;

namespace ModelGen.Package.Tests;

/// <summary>The <c>dotnet</c> command, as a person would type it in a folder.</summary>
internal static class DotNet
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs a command that must succeed.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(string folder, params string[] arguments)
    {
        var (exitCode, output) = Try(folder, arguments);
        Assert.True(exitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return output;
    }

    /// <summary>Runs a program of its own, which must succeed.</summary>
    /// <returns>What it printed.</returns>
    public static string RunProgram(string program, string folder, params string[] arguments)
    {
        var (exitCode, output) = TryProgram(program, folder, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return output;
    }

    /// <summary>Runs a program of its own, which may fail.</summary>
    /// <param name="program">Its file.</param>
    /// <param name="folder">Where it is run.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What it is told besides.</param>
    public static (int ExitCode, string Output) TryProgram(
        string program,
        string folder,
        IReadOnlyList<string> arguments,
        params IReadOnlyList<(string Name, string Value)> environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Finish(start);
    }

    /// <summary>Runs a command that may fail.</summary>
    public static (int ExitCode, string Output) Try(string folder, params string[] arguments) => Finish(Start(folder, arguments));

    /// <summary>
    /// Runs a command, which may fail, where the system's loader finds libraries in another folder before its usual ones.
    /// </summary>
    public static (int ExitCode, string Output) TryWithLibraries(string libraries, string folder, params string[] arguments)
    {
        var start = Start(folder, arguments);
        var variable =
            OperatingSystem.IsWindows() ? "PATH"
            : OperatingSystem.IsMacOS() ? "DYLD_LIBRARY_PATH"
            : "LD_LIBRARY_PATH";
        // An empty part would mean the working folder.
        var usual =
            start.Environment.TryGetValue(variable, out var value) && !string.IsNullOrEmpty(value) ? Path.PathSeparator + value : "";
        start.Environment[variable] = libraries + usual;
        return Finish(start);
    }

    private static ProcessStartInfo Start(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // `dotnet test` leaves its own MSBuild's settings behind, and servers would outlive the test with its folder open.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        if (folder != Repository.Root)
        {
            start.Environment["NUGET_PACKAGES"] = Path.Combine(folder, "packages");
        }

        return start;
    }

    private static (int ExitCode, string Output) Finish(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end within {Limit}");
        }

        return (process.ExitCode, output.Result + errors.Result);
    }
}
