using System.Text;
using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Models;
using ModelGen.Sampling;
using ModelGen.Tokenization;

namespace ModelGen.Runs;

/// <summary>What a language model writes, and how well it predicts text.</summary>
internal sealed class TextResults(LanguageModel model, TokenDataset data, SamplingOptions sampling, string? prompt, ulong seed) : RunResults
{
    private const string Samples = "samples.txt";
    private const string LineBreak = "\n";

    private const int SampleCount = 3,
        SampleLength = 600,
        StepSampleLength = 150,
        MostOfHeldOutText = 16;

    private readonly string _prompt = prompt ?? LineBreakOf(data.Tokenizer) ?? BeginningOf(data);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => [Samples];

    /// <inheritdoc/>
    public override SampleFiles WhileTraining(string folder) =>
        new SampleTexts(folder, () => Shown() + TextGenerator.Generate(model, data.Tokenizer, _prompt, StepSampleLength, sampling, seed));

    /// <inheritdoc/>
    public override void Write(RunFolder folder, CancellationToken stop)
    {
        var samples = new StringBuilder();
        try
        {
            for (var number = 1; number <= SampleCount; number++)
            {
                Write($"\n---- sample {number} ----\n{Shown()}");
                var drawn = seed + (ulong)number;
                foreach (var piece in TextGenerator.Stream(model, data.Tokenizer, _prompt, SampleLength, sampling, drawn, stop))
                {
                    Write(piece);
                }

                Write(LineBreak);
            }
        }
        finally
        {
            Console.WriteLine();
        }

        folder.WriteText(Samples, samples.ToString());

        void Write(string text)
        {
            Console.Write(ConsoleText.Printable(text));
            samples.Append(text);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Metric> Metrics(RunFolder folder) =>
        [new PerplexityMetric(data), new NextTokenMetric(model, data), new TextQualityMetric(model, data, sampling, seed)];

    // A prompt of white space alone is not worth showing.
    private string Shown() => string.IsNullOrWhiteSpace(_prompt) ? "" : _prompt;

    /// <summary>The line break that texts continue unless told otherwise; null where a tokenizer has no token for it.</summary>
    public static string? LineBreakOf(Tokenizer tokenizer)
    {
        try
        {
            return tokenizer.Encode(LineBreak).Length > 0 ? LineBreak : null;
        }
        catch (ModelGenException)
        {
            return null;
        }
    }

    private static string BeginningOf(TokenDataset data)
    {
        var special = data.Tokenizer.SpecialTokens.Select(static token => token.Id).ToHashSet();
        var tokens = data.Validation.Read(0, (int)Math.Min(MostOfHeldOutText, data.Validation.Length));
        return data.Tokenizer.Decode([.. tokens.Where(token => !special.Contains(token))]).Trim('\uFFFD');
    }
}
