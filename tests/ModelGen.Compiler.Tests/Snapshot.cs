using System.Runtime.CompilerServices;
#if !VERIFY_XUNIT
using Xunit.Sdk;
#endif

namespace ModelGen.Compiler.Tests;

/// <summary>
/// Compares a text with <c>Snapshots/CLASS.METHOD[_PARAMETERS].verified.EXTENSION</c>, in Verify's naming. The files are the same
/// for both backends: this one, which needs nothing, and Verify.Xunit itself with <c>-p:UseVerify=true</c>.
/// </summary>
internal static class Snapshot
{
    private const string Folder = "Snapshots";

    /// <summary>Fails unless the text is as verified; what was received then lies beside the verified file.</summary>
    public static Task Match(
        string text,
        string extension,
        string? parameters = null,
        [CallerFilePath] string file = "",
        [CallerMemberName] string method = ""
    )
    {
        var name = $"{Path.GetFileNameWithoutExtension(file)}.{method}{(parameters is null ? "" : "_" + parameters)}";
        return Compare(text.TrimEnd('\n'), extension, name, file);
    }

#if VERIFY_XUNIT
    private static async Task Compare(string text, string extension, string name, string file) =>
        await VerifyXunit.Verifier.Verify(text, extension, sourceFile: file).UseDirectory(Folder).UseFileName(name);
#else
    private static async Task Compare(string text, string extension, string name, string file)
    {
        var stem = Path.Combine(Path.GetDirectoryName(file)!, Folder, name);
        var (verified, received) = ($"{stem}.verified.{extension}", $"{stem}.received.{extension}");
        var actual = Normalise(text);
        var expected = File.Exists(verified) ? Normalise(await File.ReadAllTextAsync(verified)) : null;
        if (actual == expected)
        {
            File.Delete(received);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(received)!);
        await File.WriteAllTextAsync(received, actual);
        var problem = expected is null ? "There is no verified text yet" : FirstDifference(expected, actual);
        throw new XunitException($"{problem}.\nReceived: {received}\nTo accept it, rename it to {Path.GetFileName(verified)}.");
    }

    // As Verify: LF, and no byte order mark.
    private static string Normalise(string text) => text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string FirstDifference(string expected, string actual)
    {
        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        var line = Enumerable
            .Range(0, Math.Max(before.Length, after.Length))
            .First(i => i >= before.Length || i >= after.Length || before[i] != after[i]);
        return $"{Folder} differ from line {line + 1} on:\n  verified: {Show(before, line)}\n  received: {Show(after, line)}";
    }

    private static string Show(string[] lines, int line) => line < lines.Length ? lines[line] : "(no such line)";
#endif
}
