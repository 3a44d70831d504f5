using System.Text;
using ModelGen.Examples;

namespace ModelGen.Benchmarks.Tokenization;

/// <summary>Text as people write it: the documentation of .NET, which every SDK has.</summary>
internal static class DocumentationText
{
    private const long MostBytes = 4_000_000;

    /// <summary>Some four million bytes of it, spread over all of its files.</summary>
    /// <exception cref="ModelGenException">This machine's SDK has none.</exception>
    public static string Read() =>
        DotnetDocumentation.Read(DotnetDocumentation.FindFiles(DotnetDocumentation.DotnetRoots()), MostBytes).Text;

    /// <summary>Times of a text as megabytes of UTF-8 in a second.</summary>
    public static Comparison AsRates(Comparison times, string text)
    {
        var megabytes = Encoding.UTF8.GetByteCount(text) / 1e6;
        return times with { Format = seconds => Comparison.Number(megabytes / seconds, "MB/s") };
    }
}
