using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace ModelGen.EndToEnd.Tests.Examples;

/// <summary>An example as a person runs it: a process of its own, from its own output folder.</summary>
internal sealed partial class ExampleProgram
{
    private const int Interrupt = 2;

    private readonly string _assembly;

    private ExampleProgram(string name) =>
        _assembly = typeof(ExampleProgram)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == name)
            .Value!;

    /// <summary>The model of text.</summary>
    public static ExampleProgram DocsGpt { get; } = new("DocsGpt");

    /// <summary>The models of images.</summary>
    public static ExampleProgram Images { get; } = new("Images");

    /// <summary>The denoiser, with a module and a loss of its own.</summary>
    public static ExampleProgram Denoiser { get; } = new("Denoiser");

    /// <summary>The network on signals.</summary>
    public static ExampleProgram Waves { get; } = new("Waves");

    /// <summary>The results to reproduce.</summary>
    public static ExampleProgram Results { get; } = new("Results");

    /// <summary>How a run of the program ended.</summary>
    public sealed record Ended(int ExitCode, string Output, string Error);

    /// <summary>Runs the program to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    public Ended Run(params string[] arguments) => Run(_ => { }, arguments);

    /// <summary>Runs the program and hands over each line of its output as it comes.</summary>
    /// <param name="onLine">Gets the running process's id and the line.</param>
    /// <param name="arguments">Its arguments.</param>
    public Ended Run(Action<(int Process, string Line)> onLine, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [_assembly, .. arguments])
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

    /// <summary>Presses Ctrl-C once, when a line with this beginning appears.</summary>
    public static Action<(int Process, string Line)> PressCtrlCAt(string beginning)
    {
        var pressed = false;

        return output =>
        {
            if (pressed || !output.Line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return;
            }

            pressed = true;
            PressCtrlC(output.Process);
        };
    }

    /// <summary>Does to a process what Ctrl-C does.</summary>
    private static void PressCtrlC(int process) => _ = Kill(process, Interrupt);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
