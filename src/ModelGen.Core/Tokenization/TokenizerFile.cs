using System.Text;
using ModelGen.Compiler.Files;
using ModelGen.Files;

namespace ModelGen.Tokenization;

/// <summary>Where a tokenizer comes from, for the messages.</summary>
internal sealed class TokenizerFile
{
    // The largest published ones have about 40 MB.
    private const int MostBytes = 1 << 28;

    private readonly string _name;

    /// <param name="path">The path of the file.</param>
    public TokenizerFile(string path)
        : this(path, isPath: true) { }

    private TokenizerFile(string name, bool isPath) => _name = isPath ? $" '{name}'" : name;

    /// <summary>A tokenizer in a checkpoint.</summary>
    public static TokenizerFile Checkpoint { get; } = new(" of the checkpoint", isPath: false);

    /// <summary>A tokenizer that is not read from anywhere.</summary>
    public static TokenizerFile Unnamed { get; } = new("", isPath: false);

    /// <summary>A sentence about the file.</summary>
    /// <param name="what">What is wrong with it, and what was expected, as in "has no merges; a tokenizer of type BPE has them".</param>
    /// <param name="cause">The underlying failure.</param>
    /// <returns>The exception.</returns>
    public ModelGenException Wrong(string what, Exception? cause = null)
    {
        var message = $"The tokenizer{_name} cannot be used: {what}.";
        return cause is null ? new ModelGenException(message) : new ModelGenException(message, cause);
    }

    /// <summary>Shortens what a file says, to show it in a sentence.</summary>
    public static string Show(string? text) => text is null ? "null" : TokenizerFit.Show(text);

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="ModelGenException">It cannot be read, or is larger than any tokenizer.</exception>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            using var stream = RegularFile.Open(path);
            if (stream.Length > MostBytes)
            {
                throw new TokenizerFile(path).Wrong($"it has {stream.Length} bytes, and no tokenizer needs more than {MostBytes}");
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot read the tokenizer '{path}': {exception.Message}", exception);
        }
    }

    /// <summary>Reads a whole file of UTF-8 text; a byte-order mark is not part of it.</summary>
    /// <exception cref="ModelGenException">It cannot be read, is larger than any tokenizer, or is not UTF-8.</exception>
    public static string ReadText(string path)
    {
        var bytes = ReadBytes(path).AsSpan();
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new TokenizerFile(path).Wrong($"its byte {exception.Index} does not belong to any character of UTF-8", exception);
        }
    }
}
