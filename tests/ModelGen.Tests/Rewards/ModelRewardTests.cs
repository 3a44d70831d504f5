using ModelGen.Answers;
using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Rewards;
using ModelGen.Tokenization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Rewards;

public sealed class ModelRewardTests : IDisposable
{
    private static readonly Tokenizer Tokenizer = CharacterTokenizer.FromText(
        TextCorpus.FromText("abcde "),
        8,
        (SpecialTokenRole.Padding, "_"),
        (SpecialTokenRole.End, ".")
    );

    private readonly Sums _network = new(outputs: 1);

    public void Dispose() => _network.Dispose();

    // Each by itself, without anything that fills it up.
    [Fact]
    public void ARewardIsWhatTheNetworkGivesForThePromptAndTheAnswer()
    {
        WrittenAnswer[] answers =
        [
            new("ab", "c"),
            new("", "deed bad"),
            new("a", "") { IsFinished = false },
            new("b", "") { IsFinished = true },
        ];
        var scores = new ModelReward(_network, Tokenizer, AnswerTemplate.Parse("e{prompt} ")).Score(answers);
        string[] texts = ["eab c.", "e deed bad.", "ea ", "eb ."];

        Assert.All(texts.Zip(scores), pair => Assert.Equal(Alone(pair.First), pair.Second, 1e-5));
        Assert.Equal(4, scores.Distinct().Count());
    }

    /// <summary>Twelve tokens are what the network reads.</summary>
    [Fact]
    public void AnAnswerThatIsTooLongIsReadAsFarAsItGoes()
    {
        var score = Assert.Single(new ModelReward(_network, Tokenizer).Score([new("abcde", "abcdeabcde")]));
        Assert.Equal(Alone("abcdeabcdeab"), score, 1e-5);
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        using var two = new Sums(outputs: 2);
        Assert.StartsWith("Sums gives [2] for a text", Refused(() => new ModelReward(two, Tokenizer)), StringComparison.Ordinal);
        Assert.Equal(
            "Sums knows no class 'new'; it has good, bad.",
            Refused(() => new ClassReward(two, Tokenizer, ["good", "bad"], "new"))
        );

        static string Refused(Func<object> action) => Assert.Throws<ModelGenException>(action).Message;
    }

    [Fact]
    public void AClassIsRewardedWithItsProbability()
    {
        using var network = new Sums(outputs: 3);
        var scores = new ClassReward(network, Tokenizer, ["x", "y", "z"], "y").Score([new("ab", "bad"), new("ab", ""), new("", "bad")]);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var expected = network.call(tensor(Ids("bad"), [1, 3])).softmax(-1)[0, 1].item<float>();

        Assert.Equal(expected, scores[0], 1e-6);
        Assert.Equal([scores[0], 0, scores[0]], scores);
    }

    [Fact]
    public void ARewardIsKnownByItsWeights()
    {
        using var network = new Sums(outputs: 1);
        var before = new ModelReward(network, Tokenizer).ToString();
        Assert.Matches("^Sums [0-9a-f]{64}$", before);
        Assert.Equal(before, new ModelReward(network, Tokenizer).ToString());
        using (no_grad())
        {
            network.parameters().First()[0, 0].add_(1).Dispose();
        }

        Assert.NotEqual(before, new ModelReward(network, Tokenizer).ToString());
    }

    private double Alone(string text)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ids = Ids(text);
        return _network.call(tensor(ids, [1, ids.Length])).item<float>();
    }

    private static long[] Ids(string text) => [.. Tokenizer.Encode(text).Select(static token => (long)token)];

    /// <summary>A linear map of the sum of what stands for each token, except for those that fill up.</summary>
    private sealed class Sums : Network
    {
        private readonly long[] _outputs;
        private readonly Embedding _tokens;
        private readonly Linear _linear;

        public Sums(int outputs)
            : base(nameof(Sums))
        {
            manual_seed(4).Dispose();
            _outputs = [outputs];
            _tokens = nn.Embedding(8, 5);
            _linear = nn.Linear(5, outputs);
            RegisterComponents();
        }

        public override ReadOnlySpan<long> InputShape => new long[] { -12 };

        public override ReadOnlySpan<long> OutputShape => _outputs;

        public override int VocabularySize => 8;

        public override int PaddingId { get; } = ModelRewardTests.Tokenizer.IdOf(SpecialTokenRole.Padding)!.Value;

        public override string Fingerprint => "sums";

        public override ScalarType InputType => ScalarType.Int64;

        public override Tensor forward(Tensor tokens)
        {
            using var scope = NewDisposeScope();
            var isPresent = tokens.ne(tensor((long)PaddingId)).unsqueeze(-1).to(ScalarType.Float32);
            return _linear.call((_tokens.call(tokens) * isPresent).sum(1)).MoveToOuterDisposeScope();
        }
    }
}
