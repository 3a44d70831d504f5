using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ModelGen.Cli.Tests;

/// <summary>A folder in which someone types commands.</summary>
public sealed class Terminal : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelgen-cli-").FullName;

    /// <summary>The environment variables that differ from those of this process.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>The path of a file or folder.</summary>
    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>Writes a file.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Deletes a file.</summary>
    public void Delete(string name) => File.Delete(this[name]);

    /// <summary>A hash of a file.</summary>
    public string Hash(string name) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(this[name])));

    /// <summary>Reads a file.</summary>
    public string Read(string name) => File.ReadAllText(Path.Combine(_folder, name));

    /// <summary>Runs <c>modelgen</c> to its end.</summary>
    public (int Code, string Output, string Error) Run(params string[] arguments) => Ended(Start(arguments));

    /// <summary>Runs <c>modelgen</c> to its end, with lines that someone types.</summary>
    public (int Code, string Output, string Error) RunWith(string typed, string[] arguments)
    {
        var process = Type(arguments);
        try
        {
            process.StandardInput.Write(typed);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without reading all.
        }

        return Ended(process);
    }

    /// <summary>Starts <c>modelgen</c> with an input to type into.</summary>
    public Process Type(string[] arguments) => Start(Host, [Program, .. arguments], isTyped: true);

    /// <summary>Runs another program to its end.</summary>
    public (int Code, string Output, string Error) RunProgram(string program, string[] arguments) =>
        Ended(Start(Host, [program, .. arguments]));

    private static (int Code, string Output, string Error) Ended(Process started)
    {
        using var process = started;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.ReplaceLineEndings("\n"), error.Result.ReplaceLineEndings("\n"));
    }

    /// <summary>Starts <c>modelgen</c>.</summary>
    public Process Start(params string[] arguments) => Start(Host, [Program, .. arguments]);

    /// <summary>Runs <c>modelgen</c> on a terminal of some width, which only Unix has for programs.</summary>
    /// <returns>What the terminal shows, without the sequences that set it up; null where there is no terminal.</returns>
    public string? Show(int columns, string arguments)
    {
        const string Typescript = "/usr/bin/script";
        if (!OperatingSystem.IsLinux() || !File.Exists(Typescript))
        {
            return null;
        }

        Variables["TERM"] = "xterm";
        using var process = Start(Typescript, ["-qec", $"stty cols {columns}; '{Host}' '{Program}' {arguments}", "/dev/null"]);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Replace("\e[?1h\e=", "", StringComparison.Ordinal).ReplaceLineEndings("\n");
    }

    private static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Program => Path.Combine(AppContext.BaseDirectory, "modelgen.dll");

    private Process Start(string program, IEnumerable<string> arguments, bool isTyped = false)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = isTyped,
        };
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Sends what Ctrl-C sends.</summary>
    public static void Interrupt(Process process)
    {
        Assert.False(RuntimeInformation.IsOSPlatform(OSPlatform.Windows));
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
