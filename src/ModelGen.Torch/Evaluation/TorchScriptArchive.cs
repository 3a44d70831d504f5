using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace ModelGen.Evaluation;

/// <summary>
/// Checks a TorchScript file before libtorch loads it: in libtorch, errors in the file's code terminate the process instead of throwing.
/// </summary>
internal static partial class TorchScriptArchive
{
    private const uint Polynomial = 0xEDB88320;

    /// <summary>The operator namespaces that libtorch includes, besides <c>torch.</c> itself.</summary>
    private static readonly string[] Namespaces =
    [
        "_quantized",
        "aten",
        "mkldnn",
        "onednn",
        "prepacked",
        "prim",
        "quantized",
        "sparse",
        "xnnpack",
    ];

    private static readonly uint[] CrcTable =
    [
        .. Enumerable
            .Range(0, 256)
            .Select(static index =>
            {
                var value = (uint)index;
                for (var bit = 0; bit < 8; bit++)
                {
                    value = (value & 1) == 1 ? (value >> 1) ^ Polynomial : value >> 1;
                }
                return value;
            }),
    ];

    /// <summary>Checks that a file is an undamaged TorchScript archive and needs no operators from outside libtorch.</summary>
    /// <exception cref="ModelGenException">A check fails.</exception>
    public static void Check(string path, byte[] content)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(content), ZipArchiveMode.Read);
            var names = zip
                .Entries.Select(static entry => entry.FullName[(entry.FullName.IndexOf('/') + 1)..])
                .ToHashSet(StringComparer.Ordinal);
            if (!names.Contains("data.pkl") || !names.Contains("version"))
            {
                throw Wrong(path, "it is an archive of a different kind");
            }

            if (!names.Contains("constants.pkl") || !names.Any(static name => name.StartsWith("code/", StringComparison.Ordinal)))
            {
                throw Wrong(path, "it contains weights without code, as torch.save writes them");
            }

            foreach (var entry in zip.Entries)
            {
                CheckEntry(path, entry);
            }
        }
        catch (InvalidDataException exception)
        {
            throw new ModelGenException(Message(path, $"it cannot be read as an archive ({exception.Message.TrimEnd('.')})"), exception);
        }
    }

    private static void CheckEntry(string path, ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var bytes = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = (crc >> 8) ^ CrcTable[(byte)(crc ^ value)];
        }

        if (~crc != entry.Crc32)
        {
            throw Wrong(path, $"its entry '{entry.FullName}' is damaged");
        }

        if (!entry.FullName.EndsWith(".py", StringComparison.Ordinal))
        {
            return;
        }

        foreach (Match match in Operator().Matches(Encoding.UTF8.GetString(bytes)))
        {
            if (!Namespaces.Contains(match.Groups[1].Value, StringComparer.Ordinal))
            {
                throw new ModelGenException(
                    $"The TorchScript file '{path}' needs the operator {match.Groups[1].Value}::{match.Groups[2].Value}, which is "
                        + "not part of libtorch; use a module made only of PyTorch's own operators."
                );
            }
        }
    }

    private static ModelGenException Wrong(string path, string why) => new(Message(path, why));

    private static string Message(string path, string why) =>
        $"'{path}' is not a TorchScript file: {why}; create one in Python with torch.jit.script(module).save(path).";

    [GeneratedRegex(@"\bops\.(\w+)\.(\w+)")]
    private static partial Regex Operator();
}
