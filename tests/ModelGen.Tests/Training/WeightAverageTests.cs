using ModelGen.Training;
using ModelGen.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = ModelGen.Training.Optimizers.AdamW;

namespace ModelGen.Tests.Training;

public class WeightAverageTests
{
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Theory]
    [InlineData(0.9, false)]
    [InlineData(0.2, true)]
    [InlineData(0.999, true)]
    [InlineData(0, false)]
    public void FollowsTheFormula(double decay, bool warmUp)
    {
        using var model = CreateModel();
        var expected = model.named_parameters().ToDictionary(static entry => entry.name, static entry => Values(entry.parameter));
        using var average = new WeightAverage(model, decay, warmUp);

        for (var update = 0; update < 12; update++)
        {
            Train(model, update);
            average.Update();
            var kept = warmUp ? Math.Min(decay, (1.0 + update) / (10.0 + update)) : decay;
            foreach (var (name, parameter) in model.named_parameters())
            {
                expected[name] = [.. expected[name].Zip(Values(parameter), (old, now) => (kept * old) + ((1 - kept) * now))];
            }
        }

        Assert.Equal(12, average.UpdateCount);
        foreach (var (name, values) in expected)
        {
            AssertClose(values, average.State[name], 1e-5);
        }
    }

    [Fact]
    public void BuffersAreTheModulesLatest()
    {
        using var model = CreateModel();
        using var average = new WeightAverage(model, 0.9);
        Train(model, 3);
        average.Update();

        Assert.Equal(model.state_dict().Keys.Order(StringComparer.Ordinal), average.State.Keys.Order(StringComparer.Ordinal));
        var buffers = model.named_buffers().ToArray();
        Assert.Equal(3, buffers.Length);
        foreach (var (name, buffer) in buffers)
        {
            Assert.Equal(buffer.dtype, average.State[name].dtype);
            Assert.True(buffer.bytes.SequenceEqual(average.State[name].bytes));
        }

        Assert.Equal(1, average.State["1.num_batches_tracked"].item<long>());
    }

    // 1 − 0.9999 as a single and as a double differ by more than doubles round.
    [Fact]
    public void EachTypeOfNumberIsAveragedAsItIs()
    {
        using var model = nn.Sequential(nn.Linear(1, 1, hasBias: false), nn.Linear(1, 1, hasBias: false, dtype: ScalarType.Float64));
        using var average = new WeightAverage(model, 0.9999);
        var (single, before) = (Values(average.State["0.weight"])[0], Values(average.State["1.weight"])[0]);
        using (no_grad())
        {
            foreach (var parameter in model.parameters())
            {
                parameter.add_(1);
            }
        }

        average.Update();

        Assert.Equal(before + 0.0001, average.State["1.weight"].item<double>(), 1e-14);
        Assert.Equal(single + 0.0001, average.State["0.weight"].item<float>(), 1e-6);
    }

    [Fact]
    public void TheModuleComputesWithTheAverageWhileSwapped()
    {
        using var model = CreateModel();
        using var average = new WeightAverage(model, 0.75);
        for (var update = 0; update < 3; update++)
        {
            Train(model, update);
            average.Update();
        }

        Train(model, 9);
        var trained = model.state_dict().ToDictionary(static entry => entry.Key, static entry => entry.Value.bytes.ToArray());
        var averaged = average.State.ToDictionary(static entry => entry.Key, static entry => entry.Value.bytes.ToArray());
        using var twin = CreateModel();
        foreach (var (name, value) in twin.state_dict())
        {
            using var noGrad = no_grad();
            value.copy_(average.State[name]);
        }

        model.eval();
        twin.eval();
        using var x = arange(8, ScalarType.Float32).reshape(2, 4);
        using var expected = twin.call(x);
        using var before = model.call(x);
        using (average.Swap())
        {
            using var now = model.call(x);
            Assert.True(expected.bytes.SequenceEqual(now.bytes));
            Assert.False(before.bytes.SequenceEqual(now.bytes));
            AssertBytes(averaged, model.state_dict());
            AssertBytes(averaged, average.State);
        }

        using var after = model.call(x);
        Assert.True(before.bytes.SequenceEqual(after.bytes));
        AssertBytes(trained, model.state_dict());
        AssertBytes(averaged, average.State);
    }

    [Fact]
    public void TrainingGoesOnAfterASwapAsIfThereHadBeenNone()
    {
        using var swapped = CreateModel();
        using var other = CreateModel();
        using var average = new WeightAverage(swapped, 0.5);
        using var otherAverage = new WeightAverage(other, 0.5);
        using var optimizer = new AdamW(NamedParameter.AllOf(swapped), new AdamWOptions { LearningRate = 0.1 });
        using var otherOptimizer = new AdamW(NamedParameter.AllOf(other), new AdamWOptions { LearningRate = 0.1 });
        for (var step = 0; step < 4; step++)
        {
            foreach (
                var (model, itsOptimizer, itsAverage) in new[] { (swapped, optimizer, average), (other, otherOptimizer, otherAverage) }
            )
            {
                using var scope = NewDisposeScope();
                model.train();
                model.call(arange(8, ScalarType.Float32).reshape(2, 4) + step).square().sum().backward();
                itsOptimizer.Step(0.1);
                foreach (var parameter in model.parameters())
                {
                    parameter.grad = null;
                }

                itsAverage.Update();
            }

            swapped.eval();
            using (average.Swap())
            using (var x = ones(2, 4))
            {
                swapped.call(x).Dispose();
            }
        }

        AssertBytes(
            other.state_dict().ToDictionary(static entry => entry.Key, static entry => entry.Value.bytes.ToArray()),
            swapped.state_dict()
        );
        AssertBytes(otherAverage.State.ToDictionary(static entry => entry.Key, static entry => entry.Value.bytes.ToArray()), average.State);
    }

    [Fact]
    public void NothingStaysAlive()
    {
        using var model = CreateModel();
        _ = model.state_dict();
        var empty = Live;
        using (var average = new WeightAverage(model, 0.9, warmUp: true))
        {
            var before = Live;
            for (var step = 0; step < 3; step++)
            {
                average.Update();
                Assert.Equal(before, Live);
                average.Swap().Dispose();
                Assert.Equal(before, Live);
            }
        }

        Assert.Equal(empty, Live);
    }

    [Fact]
    public void ASwapEndsOnceAndForbidsUpdates()
    {
        using var model = CreateModel();
        var average = new WeightAverage(model, 0.5);
        Train(model, 1);
        var trained = model.state_dict().ToDictionary(static entry => entry.Key, static entry => entry.Value.bytes.ToArray());
        var swap = average.Swap();
        Assert.Throws<InvalidOperationException>(average.Update);
        Assert.Throws<InvalidOperationException>(average.Swap);
        swap.Dispose();
        swap.Dispose();
        AssertBytes(trained, model.state_dict());
        average.Swap();
        average.Dispose();
        AssertBytes(trained, model.state_dict());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void RefusesADecayOutOfRange(double decay)
    {
        using var model = CreateModel();
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAverage(model, decay));
    }

    [Fact]
    public void RefusesAModuleWithoutWeights()
    {
        using var model = nn.ReLU();
        Assert.Throws<ArgumentException>(() => new WeightAverage(model, 0.9));
    }

    private static Sequential CreateModel()
    {
        manual_seed(2);
        return nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Linear(3, 2, hasBias: false));
    }

    // Moves every parameter and the running figures.
    private static void Train(Sequential model, int step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        model.train();
        model.call(arange(8, ScalarType.Float32).reshape(2, 4).mul(step + 1).sin());
        foreach (var (parameter, index) in model.parameters().Select(static (parameter, index) => (parameter, index)))
        {
            parameter.add_(arange(parameter.numel(), ScalarType.Float32).add(step + index).sin().reshape(parameter.shape));
        }
    }

    private static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).reshape(-1).data<double>().ToArray();
    }

    private static void AssertClose(double[] expected, Tensor actual, double tolerance)
    {
        foreach (var (value, now) in expected.Zip(Values(actual)))
        {
            Assert.Equal(value, now, tolerance);
        }
    }

    private static void AssertBytes(Dictionary<string, byte[]> expected, IEnumerable<KeyValuePair<string, Tensor>> actual)
    {
        var count = 0;
        foreach (var (name, value) in actual)
        {
            Assert.True(expected[name].AsSpan().SequenceEqual(value.bytes), name);
            count++;
        }

        Assert.Equal(expected.Count, count);
    }
}
