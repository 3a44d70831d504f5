using System.Text;
using ModelGen.Answers;
using ModelGen.Models;
using ModelGen.Sampling;

namespace ModelGen.Runs;

/// <summary>What a language model answers to the first held-out prompts.</summary>
internal sealed class PromptedResults(LanguageModel model, PromptedDataset data, SamplingOptions sampling, ulong seed) : RunResults
{
    private const string Samples = "samples.txt";
    private const int Answers = 3;
    private const int MostTokens = 300;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => [Samples];

    /// <inheritdoc/>
    public override SampleFiles WhileTraining(string folder) => new SampleTexts(folder, () => Compose(CancellationToken.None));

    /// <inheritdoc/>
    public override void Write(RunFolder folder, CancellationToken stop)
    {
        var text = Compose(stop);
        Console.WriteLine();
        Console.WriteLine(ConsoleText.Printable(text));
        folder.WriteText(Samples, text);
    }

    private string Compose(CancellationToken stop)
    {
        var composed = new StringBuilder();
        using var generator = new TextGenerator(model, data.Tokenizer);
        foreach (var prompt in data.ShownPrompts)
        {
            composed.Append($"prompt: {prompt}\n");
            for (var number = 1; number <= Answers; number++)
            {
                composed.Append($"answer: {generator.Generate(prompt, MostTokens, sampling, seed + (ulong)number, stop)}\n");
            }

            composed.Append('\n');
        }

        return composed.ToString();
    }
}
