using System.Text;

namespace ModelGen.Cli.Specs;

/// <summary>Reads specs as compilers do.</summary>
internal static class SpecText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelGenException">It cannot be read, or is not UTF-8.</exception>
    public static string Read(string path) =>
        Find(path, out var reason) ?? throw new ModelGenException($"The file '{path}' cannot be read: {reason}.");

    /// <summary>Reads a file; null, with the reason, where it cannot be read.</summary>
    public static string? Find(string path, out string reason)
    {
        reason = "";
        try
        {
            return File.ReadAllText(path, Strict);
        }
        catch (DecoderFallbackException)
        {
            reason = "it is not UTF-8; save it in this encoding";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            reason = exception.Message.TrimEnd('.');
        }

        return null;
    }
}
