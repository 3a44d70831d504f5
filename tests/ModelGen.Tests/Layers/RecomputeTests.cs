using ModelGen.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Layers;

public class RecomputeTests
{
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GradientsAreTheSameBytes(bool inputNeedsGradient)
    {
        using var scope = NewDisposeScope();
        using var part = new Part(hasUnused: true);
        var plain = Gradients(part, part.call, inputNeedsGradient);
        var recomputed = Gradients(part, input => Recompute.Call(part, input), inputNeedsGradient);

        Assert.Equal(inputNeedsGradient ? 5 : 4, plain.Count(static gradient => gradient is not null));
        Assert.Equal(plain, recomputed);
    }

    // A part inside a part, and two in a row of which the first has no input to differentiate.
    [Fact]
    public void SoTheyAreInsideEachOtherAndInARow()
    {
        using var scope = NewDisposeScope();
        using var first = new Part();
        using var second = new Part();
        using var plain = new Outer(first, second, isRecomputed: false);
        using var marked = new Outer(first, second, isRecomputed: true);

        var expected = Gradients(plain, plain.call, inputNeedsGradient: false);
        Assert.Equal(8, expected.Count(static gradient => gradient is not null));
        Assert.Equal(expected, Gradients(marked, input => marked.call(input), inputNeedsGradient: false));
        Assert.Equal(expected, Gradients(marked, input => Recompute.Call(marked, input), inputNeedsGradient: false));
    }

    [Fact]
    public void TheGeneratorIsWhereOneForwardLeavesIt()
    {
        using var scope = NewDisposeScope();
        using var part = new Part();
        Gradients(part, part.call, inputNeedsGradient: true);
        var expected = rand(3).data<float>().ToArray();
        Gradients(part, input => Recompute.Call(part, input), inputNeedsGradient: true);

        Assert.Equal(expected, rand(3).data<float>().ToArray());
    }

    [Fact]
    public void ThePartRunsOnceWithoutARecordAndOnceMoreInBackward()
    {
        using var scope = NewDisposeScope();
        using var part = new Part();
        using var result = Recompute.Call(part, randn(3, 4));
        Assert.Equal([false], part.Records);
        result.sum().backward();
        Assert.Equal([false, true], part.Records);
    }

    [Fact]
    public void WithoutGradientsItIsAPlainCall()
    {
        using var scope = NewDisposeScope();
        using var part = new Part();
        var input = randn(3, 4);
        using (no_grad())
        {
            Assert.False(Recompute.Call(part, input).requires_grad);
        }

        foreach (var parameter in part.parameters())
        {
            parameter.requires_grad = false;
        }

        Assert.False(Recompute.Call(part, input).requires_grad);
        Assert.Equal([false, true], part.Records);

        part.eval();
        Assert.Equal(part.call(input).data<float>().ToArray(), Recompute.Call(part, input).data<float>().ToArray());
    }

    [Fact]
    public void FrozenWeightsGetNoGradientAndStandInNobodysWay()
    {
        using var scope = NewDisposeScope();
        using var part = new Part();
        foreach (var parameter in part.parameters())
        {
            parameter.requires_grad = false;
        }

        var expected = Gradients(part, part.call, inputNeedsGradient: true);
        Assert.Equal(expected, Gradients(part, input => Recompute.Call(part, input), inputNeedsGradient: true));
        Assert.Single(expected, static gradient => gradient is not null);

        part.First.weight!.requires_grad = true;
        expected = Gradients(part, part.call, inputNeedsGradient: false);
        Assert.Equal(expected, Gradients(part, input => Recompute.Call(part, input), inputNeedsGradient: false));
        Assert.Single(expected, static gradient => gradient is not null);
    }

    [Fact]
    public void GradientsAddUpAndCanBeAskedFor()
    {
        using var scope = NewDisposeScope();
        using var part = new Part();
        part.eval();
        var input = randn(3, 4);
        var weight = part.First.weight!;
        var expected = autograd.grad([part.call(input).square().sum()], [weight])[0];
        Assert.Equal(Bytes(expected), Bytes(autograd.grad([Recompute.Call(part, input).square().sum()], [weight])[0]));
        Assert.Null(weight.grad);

        for (var i = 0; i < 2; i++)
        {
            Recompute.Call(part, input).square().sum().backward();
        }

        Assert.Equal(Bytes(expected * 2), Bytes(weight.grad!));
    }

    // Gulrajani et al. 2017: the slope at the input is itself differentiated.
    [Fact]
    public void AGradientHasAGradient()
    {
        using var scope = NewDisposeScope();
        using var part = new Part();
        part.eval();
        var points = randn(3, 4).requires_grad_();
        Assert.Equal(Penalty(part.call), Penalty(input => Recompute.Call(part, input)));

        string[] Penalty(Func<Tensor, Tensor> call)
        {
            var slope = autograd.grad([call(points * 2).sum()], [points], retain_graph: true, create_graph: true)[0];
            slope.square().sum().backward();
            return [.. Taken(part)!, Bytes(Take(points)!)];
        }
    }

    [Fact]
    public void TokensAreAnInputLikeAnyOther()
    {
        using var scope = NewDisposeScope();
        using var part = nn.Embedding(5, 3);
        var tokens = tensor(new long[] { 1, 4, 1 });
        part.call(tokens).square().sum().backward();
        var expected = Bytes(Take(part.weight!)!);
        Recompute.Call(part, tokens).square().sum().backward();
        Assert.Equal(expected, Bytes(Take(part.weight!)!));
    }

    [Fact]
    public void StepsLeaveNothingBehind()
    {
        using var part = new Part();
        using var other = new Part();
        using var input = randn(3, 4);
        var counts = new List<long>();
        for (var i = 0; i < 20; i++)
        {
            using (var middle = Recompute.Call(part, input))
            using (var result = Recompute.Call(other, middle))
            using (var loss = result.sum())
            {
                loss.backward();
            }

            foreach (var parameter in part.parameters().Concat(other.parameters()))
            {
                parameter.grad = null;
            }

            // The next call frees the gradients that the last part of backward gave to libtorch: here its four weights'.
            var held = Live;
            using (no_grad())
            {
                Recompute.Call(part, input).Dispose();
            }

            counts.Add(Live);
            Assert.Equal(Live + 4, held);
        }

        Assert.Single(counts.Distinct());
    }

    // The gradients of the weights, then the input's; null where there is none.
    private static List<string?> Gradients(nn.Module module, Func<Tensor, Tensor> call, bool inputNeedsGradient)
    {
        manual_seed(5).Dispose();
        var input = randn(3, 4);
        if (inputNeedsGradient)
        {
            input.requires_grad_();
        }

        // Something between the leaf and the part.
        call(input * 2).square().sum().backward();
        return [.. Taken(module), Take(input) is { } gradient ? Bytes(gradient) : null];
    }

    private static IEnumerable<string?> Taken(nn.Module module) =>
        module.parameters().Select(static parameter => Take(parameter) is { } gradient ? Bytes(gradient) : null).ToList();

    private static Tensor? Take(Tensor tensor)
    {
        var gradient = tensor.grad;
        tensor.grad = null;
        return gradient;
    }

    private static string Bytes(Tensor tensor) => Convert.ToHexString(tensor.contiguous().bytes);

    private sealed class Part : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _second = nn.Linear(8, 4);

        public Part(bool hasUnused = false)
            : base(nameof(Part))
        {
            register_module("first", First);
            register_module("second", _second);
            if (hasUnused)
            {
                register_module("unused", nn.Linear(1, 1, hasBias: false));
            }
        }

        public Linear First { get; } = nn.Linear(4, 8);

        /// <summary>Of each run, whether it was recorded.</summary>
        public List<bool> Records { get; } = [];

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            Records.Add(is_grad_enabled());
            var inner = nn.functional.gelu(First.call(input));
            var kept = nn.functional.dropout(inner, 0.3, training);
            return (input + _second.call(kept).tanh()).MoveToOuterDisposeScope();
        }

        protected override void RegisterComponents() { }
    }

    private sealed class Outer : nn.Module<Tensor, Tensor>
    {
        private readonly Part _first;
        private readonly Part _second;
        private readonly bool _isRecomputed;

        public Outer(Part first, Part second, bool isRecomputed)
            : base(nameof(Outer))
        {
            (_first, _second, _isRecomputed) = (first, second, isRecomputed);
            register_module("first", first);
            register_module("second", second);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var middle = _isRecomputed ? Recompute.Call(_first, input) : _first.call(input);
            return (_isRecomputed ? Recompute.Call(_second, middle) : _second.call(middle)).MoveToOuterDisposeScope();
        }

        protected override void RegisterComponents() { }
    }
}
