namespace ModelGen.Files;

/// <summary>The bytes of a file whose header states their number.</summary>
internal static class PromisedBytes
{
    private const int FirstRead = 1 << 20;

    /// <summary>Reads a stream to its end, which must come after exactly the promised number of bytes.</summary>
    /// <param name="stream">The file, positioned after its header.</param>
    /// <param name="length">The number of bytes that the header promises.</param>
    /// <param name="path">The file's path, for messages.</param>
    /// <exception cref="ModelGenException">There are fewer or more bytes.</exception>
    public static byte[] Read(Stream stream, int length, string path)
    {
        // Grown as bytes arrive: a damaged header must not allocate gigabytes.
        var content = new byte[Math.Min(length, FirstRead)];
        var filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(content.AsSpan(filled), content.Length - filled, throwOnEndOfStream: false);
            if (filled < content.Length)
            {
                throw new ModelGenException(
                    $"'{path}' is truncated: its header promises {length} bytes, but only {filled} follow; fetch it again."
                );
            }

            if (filled == length)
            {
                break;
            }

            Array.Resize(ref content, (int)Math.Min(length, 2L * content.Length));
        }

        return stream.ReadByte() < 0
            ? content
            : throw new ModelGenException($"'{path}' continues after the {length} bytes that its header promises; fetch it again.");
    }
}
