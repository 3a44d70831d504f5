using ModelGen.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Layers;

public class ExpertRouterTests
{
    private const int Count = 5;
    private const int Features = 4;

    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    // With a z-loss that is not small, so that every gradient shows.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void ResultsLossesAndGradientsAreThoseOfAPlainLoop(int topK)
    {
        using var scope = NewDisposeScope();
        using var seeded = manual_seed(7);
        using var mixture = new Mixture(topK, balance: 0.5, zLoss: 0.25);
        var x = randn(2, 3, Features).requires_grad_();
        var direction = randn(2, 3, 6);
        Tensor[] sources = [x, .. mixture.parameters()];

        using var losses = AuxiliaryLosses.Collect();
        var output = mixture.call(x);
        var gradients = autograd.grad([(output * direction).sum() + losses.Total!], sources, allow_unused: true);

        var (expected, balance, zLoss, largest) = Loop(x, mixture, topK);
        Close(expected, output);
        var shown = losses.Shown();
        Assert.Equal(["expert_balance", "router_z_loss", "largest_expert_share"], shown.Select(static each => each.Name));
        Close(balance, shown[0].Value);
        Close(zLoss, shown[1].Value);
        Assert.Equal(largest, shown[2].Value.ToDouble(), 6);
        var wanted = autograd.grad([(expected * direction).sum() + (0.5 * balance) + (0.25 * zLoss)], sources, allow_unused: true);
        for (var i = 0; i < sources.Length; i++)
        {
            Assert.Equal(wanted[i] is { IsInvalid: false }, gradients[i] is { IsInvalid: false });
            if (wanted[i] is { IsInvalid: false } gradient)
            {
                Close(gradient, gradients[i]);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void TheBalanceIsOneWhereAllAreUsedAlikeAndLargeWhereAllVectorsGoToTheSame(int topK)
    {
        using var scope = NewDisposeScope();
        // Each unit vector likes the expert of its own place best, then those after it.
        using var wide = new Mixture(topK, balance: 1, zLoss: 0, Count);
        using (no_grad())
        {
            wide.Router.weight.copy_(
                tensor(Enumerable.Range(0, Count * Count).Select(static i => -3f * ((Count + (i / Count) - (i % Count)) % Count)).ToArray())
                    .view(Count, Count)
            );
        }

        var even = Balance(wide, eye(Count));
        Assert.Equal((1, 1.0 / Count), (Math.Round(even.Balance, 5), Math.Round(even.Largest, 5)));

        // All alike: the mean probability of those chosen is nearly 1 in all, so that the balance nears E / k.
        var alike = Balance(wide, 10 * eye(Count).narrow(0, 0, 1).expand(7, -1));
        Assert.Equal(1.0 / topK, alike.Largest, 5);
        Assert.Equal((double)Count / topK, alike.Balance, 3);
    }

    [Fact]
    public void OfEquallyLikelyExpertsTheFirstAreTaken()
    {
        using var scope = NewDisposeScope();
        using var mixture = new Mixture(topK: 2, balance: 0, zLoss: 0);

        var output = mixture.call(zeros(3, Features));

        var expected = (mixture.Experts[0].bias! + mixture.Experts[1].bias!) / 2;
        Close(expected.expand(3, -1), output);
    }

    [Fact]
    public void NothingIsCollectedWithoutAStepOrGradientsOrTraining()
    {
        using var scope = NewDisposeScope();
        using var mixture = new Mixture(topK: 2, balance: 0.1, zLoss: 0.1);
        var x = randn(6, Features);
        Assert.False(AuxiliaryLosses.AreWanted);
        mixture.call(x);
        using var losses = AuxiliaryLosses.Collect();
        using (no_grad())
        {
            mixture.call(x);
        }

        mixture.eval();
        mixture.call(x);
        mixture.train();

        // As in a phase that trains other weights.
        mixture.Router.weight.requires_grad = false;
        mixture.call(x);
        Assert.Empty(losses.Shown());
        Assert.Null(losses.Total);

        mixture.Router.weight.requires_grad = true;
        mixture.call(x);
        Assert.NotEmpty(losses.Shown());
        Assert.True(losses.Total!.requires_grad);
    }

    [Fact]
    public void WithoutWeightsTheFiguresAreShownAndNothingIsAdded()
    {
        using var scope = NewDisposeScope();
        using var mixture = new Mixture(topK: 2, balance: 0, zLoss: 0);
        using var losses = AuxiliaryLosses.Collect();

        mixture.call(randn(6, Features));

        Assert.Equal(["expert_balance", "largest_expert_share"], losses.Shown().Select(static each => each.Name));
        Assert.Null(losses.Total);
    }

    [Fact]
    public void SeveralLayersAddUpAndAreShownAsTheirMeanAndTheirLargest()
    {
        using var scope = NewDisposeScope();
        using var losses = AuxiliaryLosses.Collect();
        using (var inner = NewDisposeScope())
        {
            // Tensors of a layer's scope, which ends before the step does.
            AuxiliaryLosses.Add("own", tensor(3.0).requires_grad_(), 2);
            AuxiliaryLosses.ShowLargest("figure", tensor(4.0));
            AuxiliaryLosses.Add("own", tensor(5.0), 0.5);
            AuxiliaryLosses.ShowLargest("figure", tensor(1.0));
        }

        Assert.Equal(8.5, losses.Total!.ToDouble());
        Assert.Equal([("own", 4.0), ("figure", 4.0)], losses.Shown().Select(static each => (each.Name, each.Value.ToDouble())));
    }

    [Fact]
    public void ARecomputedPartGivesTheSameLossesAndGradientsOnce()
    {
        using var scope = NewDisposeScope();
        using var first = new Mixture(topK: 2, balance: 0.5, zLoss: 0.25, output: Features);
        using var second = new Mixture(topK: 1, balance: 0.5, zLoss: 0, output: Features);
        var x = randn(6, Features);
        Tensor[] sources = [.. first.parameters(), .. second.parameters()];

        var plain = Step(second.call);
        Assert.Equal(plain, Step(input => Recompute.Call(second, input)));

        // Only the losses of the part are differentiated, not what it gives.
        var unused = Step(second.call, usesOutput: false);
        Assert.Equal(unused, Step(input => Recompute.Call(second, input), usesOutput: false));
        Assert.NotEqual(plain, unused);

        string Step(Func<Tensor, Tensor> call, bool usesOutput = true)
        {
            using var losses = AuxiliaryLosses.Collect();
            var hidden = first.call(x);
            var output = call(hidden);
            var total = usesOutput ? output.sum() + losses.Total! : losses.Total!;
            var gradients = autograd.grad([total], sources, allow_unused: true);
            return string.Join(
                '\n',
                losses
                    .Shown()
                    .Select(static each => $"{each.Name} {each.Value.ToDouble()}")
                    .Append($"total {losses.Total!.ToDouble()}")
                    .Concat(gradients.Select(static each => each is { IsInvalid: false } ? string.Join(' ', each.data<float>()) : "none"))
            );
        }
    }

    [Fact]
    public void NoTensorIsLeftBehind()
    {
        using var mixture = new Mixture(topK: 2, balance: 0.5, zLoss: 0.25);
        using var x = randn(6, Features);
        var before = Live;
        using (var losses = AuxiliaryLosses.Collect())
        {
            using var output = mixture.call(x);
            using var sum = output.sum();
            using var total = sum + losses.Total!;
            total.backward();
            foreach (var parameter in mixture.parameters())
            {
                parameter.grad = null;
            }
        }

        Assert.Equal(before, Live);
        mixture.eval();
        using (no_grad())
        {
            mixture.call(x).Dispose();
        }

        Assert.Equal(before, Live);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ARecomputedPartLeavesNoTensorBehind(bool usesLosses)
    {
        // Each expert gets a vector: TorchSharp never stops counting the empty gradients of one that gets none.
        manual_seed(0).Dispose();
        using var mixture = new Mixture(topK: 2, balance: 0.5, zLoss: 0.25);
        using var x = randn(6, Features);
        var counts = new List<long>();
        for (var i = 0; i < 4; i++)
        {
            using (NewDisposeScope())
            {
                using var losses = usesLosses ? AuxiliaryLosses.Collect() : null;
                var output = Recompute.Call(mixture, x).sum();
                (usesLosses ? output + losses!.Total! : output).backward();
            }

            foreach (var parameter in mixture.parameters())
            {
                parameter.grad = null;
            }

            counts.Add(Live);
        }

        Assert.Single(counts.Skip(1).Distinct());
    }

    [Fact]
    public void NoVectorAtAllGivesNone()
    {
        using var scope = NewDisposeScope();
        using var mixture = new Mixture(topK: 2, balance: 0.5, zLoss: 0.25);
        using var losses = AuxiliaryLosses.Collect();
        Assert.Equal([0, 3, 6], mixture.call(zeros(0, 3, Features)).shape);
        Assert.Empty(losses.Shown());
    }

    [Fact]
    public void WhatIsOutOfRangeIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ExpertRouter(1, 4, topK: 1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ExpertRouter(4, 4, topK: 4));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ExpertRouter(4, 4, balance: -1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ExpertRouter(4, 4, zLoss: double.NegativeInfinity));
        using var router = new ExpertRouter(4, 4);
        using var x = zeros(1, 4);
        var exception = Assert.Throws<ArgumentException>(() => router.Mix<nn.Module<Tensor, Tensor>>(x, []));
        Assert.StartsWith("The router chooses among 4 experts; it got 0.", exception.Message, StringComparison.Ordinal);
    }

    private static (double Balance, double Largest) Balance(Mixture mixture, Tensor x)
    {
        using var losses = AuxiliaryLosses.Collect();
        mixture.call(x);
        var shown = losses.Shown();
        return (shown[0].Value.ToDouble(), shown[1].Value.ToDouble());
    }

    // Vector by vector and expert by expert, from the formulas.
    private static (Tensor Output, Tensor Balance, Tensor ZLoss, double Largest) Loop(Tensor x, Mixture mixture, int topK)
    {
        var (vectors, outputs) = (x.view(-1, Features), new List<Tensor>());
        var (choices, probabilities, squares) = (new double[Count], zeros(Count), zeros(1));
        for (var row = 0; row < vectors.size(0); row++)
        {
            Tensor[] scores = [.. Enumerable.Range(0, Count).Select(i => (mixture.Router.weight[i] * vectors[row]).sum().exp())];
            var sum = scores.Aggregate(static (a, b) => a + b);
            int[] chosen = [.. Enumerable.Range(0, Count).OrderByDescending(i => scores[i].ToDouble()).Take(topK)];
            var whole = topK == 1 ? sum : chosen.Select(i => scores[i]).Aggregate(static (a, b) => a + b);
            outputs.Add(
                chosen
                    .Select(i => scores[i] / whole * (mixture.Experts[i].weight!.mv(vectors[row]) + mixture.Experts[i].bias!))
                    .Aggregate(static (a, b) => a + b)
            );
            probabilities = probabilities + stack(scores.Select(score => score / sum));
            squares = squares + sum.log().pow(2);
            foreach (var i in chosen)
            {
                choices[i]++;
            }
        }

        var count = vectors.size(0);
        var shares = tensor(choices.Select(choice => (float)(choice / (count * topK))).ToArray());
        return (
            stack(outputs).view([.. x.shape[..^1], outputs[0].size(0)]),
            Count * (shares * probabilities / count).sum(),
            squares[0] / count,
            choices.Max() / (count * topK)
        );
    }

    private static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(allclose(expected, actual, 1e-4, 1e-5), $"They differ by up to {(expected - actual).abs().max().ToDouble()}.");
    }

    private sealed class Mixture : nn.Module<Tensor, Tensor>
    {
        public Mixture(int topK, double balance, double zLoss, int features = Features, int output = 6)
            : base(nameof(Mixture))
        {
            Router = new ExpertRouter(Count, features, topK, balance, zLoss);
            Experts = nn.ModuleList(Enumerable.Range(0, Count).Select(_ => nn.Linear(features, output)).ToArray());
            register_module("router", Router);
            register_module("experts", Experts);
        }

        public ExpertRouter Router { get; }

        public ModuleList<Linear> Experts { get; }

        public override Tensor forward(Tensor input) => Router.Mix(input, Experts);

        protected override void RegisterComponents() { }
    }
}
