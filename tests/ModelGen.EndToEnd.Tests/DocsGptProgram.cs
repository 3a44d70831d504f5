using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace ModelGen.EndToEnd.Tests;

/// <summary>The example as a person runs it: a process of its own, from its own output folder.</summary>
internal static partial class DocsGptProgram
{
    private const int Interrupt = 2;

    /// <summary>How a run of the program ended.</summary>
    public sealed record Ended(int ExitCode, string Output, string Error);

    /// <summary>Runs the program to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    public static Ended Run(params string[] arguments) => Run(_ => { }, arguments);

    /// <summary>Runs the program and hands over each line of its output as it comes.</summary>
    /// <param name="onLine">Gets the running process's id and the line.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Ended Run(Action<(int Process, string Line)> onLine, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = new StringWriter();

        while (process.StandardOutput.ReadLine() is { } line)
        {
            output.WriteLine(line);
            onLine((process.Id, line));
        }

        process.WaitForExit();

        return new Ended(process.ExitCode, output.ToString(), error.Result);
    }

    /// <summary>Does to a process what Ctrl-C does.</summary>
    public static void PressCtrlC(int process) => _ = Kill(process, Interrupt);

    private static string Assembly { get; } =
        typeof(DocsGptProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "DocsGpt").Value!;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
