using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>Label smoothing and z-loss in a spec, with each objective that predicts tokens.</summary>
public sealed class TokenLossTests
{
    private const string Training = "training: { optimizer: { adamw: 1e-2 }, batch: 6, duration: 60 steps }";

    private static readonly Dictionary<string, string> Specs = new()
    {
        ["next-token"] = $$"""
            model: Scribe
            family: transformer
            data: { tokens: { context: 8 } }
            network: [embed: 16, residual: [layer-norm, self-attention: { heads: 2, causal: true }], layer-norm, unembed]
            objective: OBJECTIVE
            {{Training}}
            """,
        ["masked-token"] = $$"""
            model: Restorer
            family: transformer
            data: { tokens: { context: 8, mask-token: <mask> } }
            network: [embed: 16, residual: [layer-norm, self-attention: 2], layer-norm, unembed]
            objective: OBJECTIVE
            {{Training}}
            """,
        ["sequence-to-sequence"] = $$"""
            model: Translator
            family: encoder-decoder
            data: { tokens: { context: 8, padding-token: <pad>, end-token: <end> } }
            encoder: [embed: 16, layer-norm]
            decoder: [embed: 16, residual: [layer-norm, cross-attention: 2], layer-norm, unembed]
            objective: OBJECTIVE
            {{Training}}
            """,
    };

    private static readonly string Text = string.Concat(Enumerable.Range(0, 200).Select(static i => $"{i} and {i % 7}.\n"));

    public static TheoryData<string> Objectives => [.. Specs.Keys];

    [Theory]
    [MemberData(nameof(Objectives))]
    public void TrainingHasThemAndValidationDoesNot(string word)
    {
        using var plain = new Trained(word, word);
        using var smooth = new Trained(word, $"{{ {word}: {{ label-smoothing: 0.2 }} }}");
        using var both = new Trained(word, $"{{ {word}: {{ label-smoothing: 0.2, z-loss: 0.5 }} }}");
        Assert.Empty(plain.Loss(0, 6).Parts);
        Assert.Empty(smooth.Loss(0, 6).Parts);
        Assert.NotEqual(plain.Loss(0, 6).Total, smooth.Loss(0, 6).Total, 1e-4);
        var (name, z) = Assert.Single(both.Loss(0, 6).Parts);
        Assert.Equal("z_loss", name);

        // At first all logits are about alike: log Σ exp x = log vocabulary.
        Assert.InRange(z, Math.Pow(Math.Log(256), 2) - 1, Math.Pow(Math.Log(258), 2) + 1);
        Assert.Equal(smooth.Loss(0, 6).Total + (0.5 * z), both.Loss(0, 6).Total, 1e-4);
        Assert.Equal(plain.Objective.Validate(4), both.Objective.Validate(4));
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void ThePartsOfABatchAreTheBatch(string word)
    {
        using var trained = new Trained(word, $"{{ {word}: {{ label-smoothing: 0.2, z-loss: 0.5 }} }}");
        var whole = trained.Loss(0, 6);
        var parts = new[] { trained.Loss(0, 1), trained.Loss(1, 2), trained.Loss(3, 3) };
        Assert.Equal(whole.Total, parts.Sum(static part => part.Total * part.Share), 1e-4);
        Assert.Equal(whole.Parts[0].Value, parts.Sum(static part => part.Parts[0].Value * part.Share), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void ZLossKeepsTheSumOfProbabilitiesNearOne(string word)
    {
        using var weak = new Trained(word, $"{{ {word}: {{ z-loss: 1e-9 }} }}");
        using var strong = new Trained(word, $"{{ {word}: {{ z-loss: 0.1 }} }}");
        weak.Run();
        strong.Run();
        var (without, with) = (weak.Loss(0, 6).Parts[0].Value, strong.Loss(0, 6).Parts[0].Value);
        Assert.True(with < without / 5, $"{with} with z-loss, {without} without");
    }

    // A model from a spec, its data and its objective.
    private sealed class Trained : IDisposable
    {
        private readonly CompiledModel _compiled;
        private readonly IDisposable _model;
        private readonly TokenDataset? _tokens;

        public Trained(string word, string objective)
        {
            _compiled = SpecAssembly.Compile(Specs[word].Replace("OBJECTIVE", objective, StringComparison.Ordinal));
            if (word == "sequence-to-sequence")
            {
                var model = _compiled.Create<EncoderDecoder>(seed: 1);
                TextPair[] pairs = [.. Enumerable.Range(0, 60).Select(static i => new TextPair($"{i * 37}", $"{i}"))];
                Objective = model.CreateObjective(PairDataset.Create(pairs, model.CreateTokenizer(pairs), model.ContextLength));
                _model = model;
            }
            else
            {
                var model = (LanguageModel)_compiled.Create(seed: 1);
                _tokens = TokenDataset.Create(Text, model.CreateTokenizer(Text), model.ContextLength, 0.1);
                Objective = model.CreateObjective(_tokens);
                _model = model;
            }
        }

        public Objective Objective { get; }

        public (double Total, double Share, (string Name, double Value)[] Parts) Loss(int first, int count)
        {
            var step = new TrainingStep(Objective.Plan(_compiled.Training!), 0, 0, Seed: 4, Step: 11) { First = first, Count = count };
            using var loss = Objective.Loss(step);
            return (
                loss.Total.item<float>(),
                loss.Share ?? step.Share,
                [.. loss.Parts.Select(static part => (part.Name, (double)part.Value.item<float>()))]
            );
        }

        public void Run()
        {
            using var trainer = new Trainer(Objective, _compiled.Training!, seed: 1);
            trainer.Run();
        }

        public void Dispose()
        {
            _model.Dispose();
            _tokens?.Dispose();
        }
    }
}
