using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ModelGen.Checkpoints;
using ModelGen.Files;

namespace ModelGen.Data;

/// <summary>
/// Reads an array saved by NumPy (numpy.lib.format, versions 1 to 3): the magic string <c>\x93NUMPY</c>, a Python dictionary as the header,
/// then the elements.
/// </summary>
internal static partial class NpyFile
{
    private const int LargestHeader = 1 << 16;

    private static readonly Dictionary<string, SafetensorsType> Types = new()
    {
        ["<f8"] = SafetensorsType.Float64,
        ["<f4"] = SafetensorsType.Float32,
        ["<f2"] = SafetensorsType.Float16,
        ["<i8"] = SafetensorsType.Int64,
        ["<i4"] = SafetensorsType.Int32,
        ["<i2"] = SafetensorsType.Int16,
        ["|i1"] = SafetensorsType.Int8,
        ["|u1"] = SafetensorsType.Byte,
        ["|b1"] = SafetensorsType.Bool,
    };

    /// <summary>Reads the array.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The array.</returns>
    /// <exception cref="ModelGenException">The file is missing, cannot be read, is not such a file, is truncated or too long, or has an
    /// unsupported element type or order.</exception>
    public static ArrayContent Read(string path)
    {
        try
        {
            using var file = RegularFile.Open(path);
            return Read(file, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException(
                exception is FileNotFoundException or DirectoryNotFoundException
                    ? $"The array '{path}' does not exist."
                    : $"Cannot read the array '{path}': {exception.Message}",
                exception
            );
        }
    }

    private static ArrayContent Read(FileStream file, string path)
    {
        var header = Header(file, path);
        var type = Field(Descr(), "descr");
        if (!Types.TryGetValue(type, out var element))
        {
            throw new ModelGenException(
                $"'{path}' holds elements of the NumPy type '{type}'; save it as one of {string.Join(", ", Types.Keys)}, for example "
                    + "with array.astype('<f4')."
            );
        }

        if (Field(Order(), "fortran_order") != "False")
        {
            throw new ModelGenException($"'{path}' holds an array in Fortran order; save numpy.ascontiguousarray(array).");
        }

        var lengths = Field(Lengths(), "shape").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var shape = new long[lengths.Length];
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (!long.TryParse(lengths[axis], NumberStyles.None, CultureInfo.InvariantCulture, out shape[axis]))
            {
                throw NotNumpy(path, $"'{lengths[axis]}' is not the length of an axis");
            }
        }

        var size = SafetensorsHeader.BytesOf(element);
        if (ArrayContent.Count(shape, size) is not { } count)
        {
            throw new ModelGenException(
                $"'{path}' holds an array [{string.Join(", ", shape)}] of {type}, more than the {Array.MaxLength} bytes that fit; "
                    + "pass a smaller one."
            );
        }

        return new ArrayContent($"'{path}'", shape, element, PromisedBytes.Read(file, count * size, path));

        string Field(Regex pattern, string name) =>
            pattern.Match(header) is { Success: true } found ? found.Groups[1].Value : throw NotNumpy(path, $"its header has no '{name}'");
    }

    private static string Header(FileStream file, string path)
    {
        Span<byte> start = stackalloc byte[12];
        var got = file.ReadAtLeast(start, 10, throwOnEndOfStream: false);
        if (got < 10 || start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8) || start[6] is < 1 or > 3)
        {
            throw NotNumpy(path, "it does not begin like one");
        }

        var isLong = start[6] > 1;
        if (isLong && got < 12)
        {
            throw NotNumpy(path, "it ends inside its header");
        }

        var length = isLong ? BinaryPrimitives.ReadUInt32LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        if (length > LargestHeader)
        {
            throw NotNumpy(path, $"its header claims to have {length} bytes");
        }

        file.Position = isLong ? 12 : 10;
        var header = new byte[length];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            throw NotNumpy(path, "it ends inside its header");
        }

        return Encoding.UTF8.GetString(header);
    }

    private static ModelGenException NotNumpy(string path, string why) =>
        new($"'{path}' is not an array saved by NumPy: {why}; write it with numpy.save.");

    [GeneratedRegex("""['"]descr['"]\s*:\s*['"]([^'"]{1,16})['"]""")]
    private static partial Regex Descr();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*(True|False)""")]
    private static partial Regex Order();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([^)]*)\)""")]
    private static partial Regex Lengths();
}
