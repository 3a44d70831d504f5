using System.Text;
using ModelGen.Files;
using ModelGen.Sampling;

namespace ModelGen.Runs;

/// <summary>
/// Writes a text before the first step and after each tenth of a run, as <c>step-000500.txt</c> and so on: for example, how a language
/// model continues the same prompt as training progresses.
/// </summary>
public sealed class SampleTexts : SampleFiles
{
    /// <summary>The extension of the files.</summary>
    internal const string Extension = ".txt";

    private readonly Func<string> _compose;

    /// <summary>Creates the observer.</summary>
    /// <param name="folder">The folder for the texts, in UTF-8; it is created if missing.</param>
    /// <param name="compose">
    /// Composes the text. It must not use torch's global random number generator, which would change the run:
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
