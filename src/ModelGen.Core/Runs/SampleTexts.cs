using System.Text;
using ModelGen.Files;
using ModelGen.Sampling;

namespace ModelGen.Runs;

/// <summary>
/// Writes a text before the first step and at each tenth of a run, as <c>step-000500.txt</c> and so on: how a language model continues the
/// same prompt, say, as training goes on.
/// </summary>
public sealed class SampleTexts : SampleFiles
{
    /// <summary>What the names of the files end with.</summary>
    internal const string Extension = ".txt";

    private readonly Func<string> _compose;

    /// <summary>Creates the observer.</summary>
    /// <param name="folder">Where the texts go, in UTF-8; it is created where it is missing.</param>
    /// <param name="compose">
    /// Makes the text. It must not draw from torch's own random numbers, or the run would not be the same without it:
    /// <c>() => TextGenerator.Generate(model, tokenizer, "The ", 300, DocsGpt.Sampling, seed: 1)</c> does not.
    /// </param>
    public SampleTexts(string folder, Func<string> compose)
        : base(folder, Extension)
    {
        ArgumentNullException.ThrowIfNull(compose);
        _compose = compose;
    }

    private protected override void Write(string path)
    {
        var text = Encoding.UTF8.GetBytes(_compose());
        AtomicFile.Write(path, "the sample", stream => stream.Write(text));
    }
}
