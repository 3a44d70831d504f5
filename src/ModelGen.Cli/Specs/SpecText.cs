using System.Text;

namespace ModelGen.Cli.Specs;

/// <summary>Reads specs as compilers do.</summary>
internal static class SpecText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelGenException">It cannot be read, or is not UTF-8.</exception>
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path, Strict);
        }
        catch (DecoderFallbackException exception)
        {
            throw new ModelGenException($"The file '{path}' is not UTF-8; save it in this encoding.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"The file '{path}' cannot be read: {exception.Message}", exception);
        }
    }
}
