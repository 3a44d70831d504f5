using System.Text;
using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Sampling;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Runs;

/// <summary>What a model writes for the first held-out sources, beside what is wanted.</summary>
internal sealed class PairResults(EncoderDecoder model, PairDataset data, SamplingOptions sampling, ulong seed) : RunResults
{
    private const string Samples = "samples.txt";
    private const int Shown = 5;

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
        using var pairs = data.Validation.Blocks(Shown).First();
        var composed = new StringBuilder();
        for (var row = 0; row < pairs.Source.size(0); row++)
        {
            var source = Text(pairs.Source[row]);
            var written = SequenceGenerator.Generate(model, data.Tokenizer, source, sampling, seed, stop);
            composed.Append($"source:  {source}\nwanted:  {Text(pairs.Target[row])}\nwritten: {written}\n\n");
        }

        return composed.ToString();
    }

    private string Text(Tensor row)
    {
        using (row)
        {
            using var local = row.cpu();
            var tokens = local.data<long>().ToArray().Select(static token => (int)token);
            return data.Tokenizer.Decode([.. tokens.Where(token => token != model.PaddingId && token != model.EndId)]);
        }
    }
}
