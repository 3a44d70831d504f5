using ModelGen.Policies;
using ModelGen.RandomNumbers;
using ModelGen.Rewards;
using ModelGen.Tests.Models;
using static TorchSharp.torch;

namespace ModelGen.Tests.Policies;

public sealed class RolloutsTests : IDisposable
{
    private readonly CharacterGpt _model = Names.Model();

    public void Dispose() => _model.Dispose();

    // Each with one forward of all its tokens for each of them.
    [Theory]
    [InlineData(1)]
    [InlineData(0.7)]
    public void TokensAreDrawnFromTheModelsDistribution(double temperature)
    {
        string[] prompts = ["", "ab", "ros", "ab"];
        var rollouts = new Rollouts(_model, Names.Tokenizer, mostTokens: 7, temperature);
        var answers = rollouts.Generate(prompts, answers: 3, seed: 5);

        Assert.Equal(12, answers.Count);
        for (var i = 0; i < answers.Count; i++)
        {
            var prompt = prompts[i / 3];
            var end = Names.Tokenizer.VocabularySize - 1;
            List<int> tokens = prompt.Length == 0 ? [end] : [.. Names.Tokenizer.Encode(prompt)];
            var first = tokens.Count;
            var seed = CounterRandom.Bits(5, CounterRandom.Stream.Rollouts, (ulong)i);
            while (tokens.Count - first < 7 && (tokens.Count == first || tokens[^1] != end))
            {
                var place = (ulong)(tokens.Count - first);
                tokens.Add(Next(tokens, temperature, CounterRandom.Uniform(seed, CounterRandom.Stream.Sampling, place)));
            }

            Assert.Equal(tokens[first..], answers[i].Tokens);
            Assert.Equal(tokens[..first], answers[i].PromptTokens);
            Assert.Equal((prompt, tokens[^1] == end), (answers[i].Prompt, answers[i].IsFinished));
            Assert.Equal(Names.Tokenizer.Decode([.. tokens[first..].TakeWhile(token => token != end)]), answers[i].Text);
        }

        Assert.Contains(answers, static answer => answer.IsFinished);
        Assert.Contains(answers, static answer => !answer.IsFinished);
        Assert.True(answers.Select(static answer => answer.Text).Distinct().Count() > 6);
    }

    [Fact]
    public void TheSameSeedGivesTheSameAnswers()
    {
        var rollouts = new Rollouts(_model, Names.Tokenizer, mostTokens: 8);
        var answers = Texts(1);
        Assert.Equal(answers, Texts(1));
        Assert.NotEqual(answers, Texts(2));

        List<string> Texts(ulong seed) => [.. rollouts.Generate(["", "da"], 4, seed).Select(static answer => answer.Text)];
    }

    // The last token of an answer is not read.
    [Fact]
    public void AnAnswerEndsWhereTheContextDoes()
    {
        var rollouts = new Rollouts(_model, Names.Tokenizer, mostTokens: 100);
        var full = new string('a', Names.Context);
        Assert.All(rollouts.Generate([full], 3), static answer => Assert.Single(answer.Tokens));
        Assert.Equal(
            "A prompt has 13 tokens, but CharacterGpt reads at most 12; shorten it.",
            Assert.Throws<ModelGenException>(() => rollouts.Generate([full + "a"], 1)).Message
        );
    }

    [Fact]
    public void CancellingStopsIt()
    {
        var rollouts = new Rollouts(_model, Names.Tokenizer, mostTokens: 4);
        Assert.Throws<OperationCanceledException>(() => rollouts.Generate([""], 1, cancellation: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void ATokenizerWithoutAnEndIsRefused() =>
        Assert.Equal(
            "The tokenizer has no token that ends a text, so that no answer would end; name one as 'end-token' in the model's 'data.tokens'.",
            Assert.Throws<ModelGenException>(() => new Rollouts(_model, new ModelGen.Tokenization.ByteTokenizer(), 4)).Message
        );

    [Fact]
    public void TheBestOfSeveralIsTheOneWithTheHighestReward()
    {
        var rollouts = new Rollouts(_model, Names.Tokenizer, mostTokens: 8);
        var reward = new LengthReward { Least = 5 };
        var all = rollouts.Generate(["", "da"], 6, seed: 3).Chunk(6).ToList();
        var best = BestOfN.Best(rollouts, ["", "da"], n: 6, reward, seed: 3);

        Assert.Equal(2, best.Count);
        Assert.All(all.Zip(best), static pair =>
        {
            Assert.Equal(pair.First.Max(static answer => Math.Min(0, answer.Text.Length - 5)), pair.Second.Reward);
            Assert.Equal(Math.Min(0, pair.Second.Answer.Text.Length - 5), pair.Second.Reward);
        });
        var accepted = BestOfN.Accepted(rollouts, ["", "da"], n: 6, reward, least: -2, seed: 3);
        Assert.Equal(
            all.SelectMany(static group => group).Where(static answer => answer.Text.Length >= 3).Select(static answer => answer.Text),
            accepted.Select(static answer => answer.Text)
        );
        Assert.NotEmpty(accepted);
        Assert.Equal(Math.Log(8) - (7.0 / 8), BestOfN.Divergence(8), 1e-15);
    }

    // From the distribution function in double precision.
    private int Next(List<int> tokens, double temperature, double point)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var input = tensor(tokens.Select(static token => (long)token).ToArray(), [1, tokens.Count]);
        var weights = (_model.call(input)[0, -1].to(ScalarType.Float64) / temperature).softmax(-1).data<double>().ToArray();
        var (sum, token) = (0.0, 0);
        while (token < weights.Length - 1 && (sum += weights[token]) <= point)
        {
            token++;
        }

        return token;
    }
}
