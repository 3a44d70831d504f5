using ModelGen.Layers;
using ModelGen.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using OptimizerOptions = ModelGen.Training.Optimizers.OptimizerOptions;

namespace ModelGen.Tests.Training.Optimizers;

/// <summary>What holds for every optimizer.</summary>
public class OptimizerTests
{
    private static readonly Dictionary<string, OptimizerOptions> All = new()
    {
        ["adam"] = new AdamOptions { LearningRate = 0.05 },
        ["adamw"] = new AdamWOptions { LearningRate = 0.05 },
        ["sgd"] = new SgdOptions { LearningRate = 0.05 },
        ["momentum"] = new SgdOptions
        {
            LearningRate = 0.05,
            Momentum = 0.9,
            WeightDecay = 0.1,
        },
        ["lion"] = new LionOptions { LearningRate = 0.05, WeightDecay = 0.1 },
        ["adafactor"] = new AdafactorOptions { LearningRate = 0.05 },
        ["muon"] = new MuonOptions { LearningRate = 0.05 },
    };

    public static TheoryData<string> Names => [.. All.Keys];

    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Theory]
    [MemberData(nameof(Names))]
    public void AStepLeavesNoTensor(string name)
    {
        using var scope = NewDisposeScope();
        var parameters = SmallParameters.Create();
        using var optimizer = All[name].Create(parameters);
        SmallParameters.SetGradients(parameters, 1);
        var before = Live;
        for (var step = 0; step < 3; step++)
        {
            optimizer.Step(0.05);
            Assert.Equal(before, Live);
        }

        // Some gradients alone take another way.
        parameters[0].Value.grad = null;
        parameters[5].Value.grad = null;
        before = Live;
        optimizer.Step(0.05);
        Assert.Equal(before, Live);
    }

    // As on a device that is not waited for: whatever the gradients are.
    [Theory]
    [MemberData(nameof(Names))]
    public void AHeldStepLeavesEveryWeightAsItIs(string name)
    {
        using var scope = NewDisposeScope();
        var (held, free) = (SmallParameters.Create(), SmallParameters.Create());
        using var optimizer = All[name].Create(held);
        using var other = All[name].Create(free);
        using var flag = zeros([]);
        optimizer.Hold = flag;
        SmallParameters.SetGradients(held, 1);
        SmallParameters.SetGradients(free, 1);
        optimizer.Step(0.05);
        other.Step(0.05);
        Assert.Equal(SmallParameters.Values(free), SmallParameters.Values(held));

        flag.fill_(1);
        held[3].Value.grad = full_like(held[3].Value, float.NaN);
        var before = Live;
        optimizer.Step(0.05);
        Assert.Equal(SmallParameters.Values(free), SmallParameters.Values(held));
        Assert.Equal(before, Live);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void DisposeFreesTheState(string name)
    {
        using var scope = NewDisposeScope();
        var parameters = SmallParameters.Create();
        var before = Live;
        All[name].Create(parameters).Dispose();
        Assert.Equal(before, Live);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ACopyOfTheStateGoesOnToTheSameBytes(string name)
    {
        using var scope = NewDisposeScope();
        var parameters = SmallParameters.Create();
        using var optimizer = All[name].Create(parameters);
        Steps(parameters, optimizer, 1, 4);

        var others = SmallParameters.Create();
        using var other = All[name].Create(others);
        Assert.Equal(optimizer.State.Keys.Order(StringComparer.Ordinal), other.State.Keys.Order(StringComparer.Ordinal));
        using (no_grad())
        {
            foreach (var (key, tensor) in optimizer.State)
            {
                other.State[key].copy_(tensor);
            }

            foreach (var (to, from) in others.Zip(parameters))
            {
                to.Value.copy_(from.Value);
            }
        }

        other.StepCount = optimizer.StepCount;
        Steps(parameters, optimizer, 5, 8);
        Steps(others, other, 5, 8);

        Assert.Equal(SmallParameters.Values(parameters), SmallParameters.Values(others));
        Assert.All(optimizer.State, entry =>
            Assert.Equal(SmallParameters.Values(entry.Value), SmallParameters.Values(other.State[entry.Key]))
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AParameterWithoutGradientKeepsItsValueAndState(string name)
    {
        using var scope = NewDisposeScope();
        var parameters = SmallParameters.Create();
        using var optimizer = All[name].Create(parameters);
        Steps(parameters, optimizer, 1, 2);
        var still = new[] { 0, 5 };
        var values = still.Select(index => SmallParameters.Values(parameters[index].Value)).ToArray();
        var states = optimizer.State.ToDictionary(static entry => entry.Key, static entry => SmallParameters.Values(entry.Value));

        SmallParameters.SetGradients(parameters, 3);
        foreach (var index in still)
        {
            parameters[index].Value.grad = null;
        }

        optimizer.Step(0.05);

        Assert.Equal(values, still.Select(index => SmallParameters.Values(parameters[index].Value)));
        Assert.All(optimizer.State, entry =>
            Assert.Equal(
                still.Any(index => entry.Key.EndsWith($".p{index}", StringComparison.Ordinal)),
                states[entry.Key].SequenceEqual(SmallParameters.Values(entry.Value))
            )
        );
    }

    // What the others do must not depend on whether one of the same shape stands still.
    [Theory]
    [MemberData(nameof(Names))]
    public void TheOthersMoveAsIfAllDid(string name)
    {
        using var scope = NewDisposeScope();
        var (all, some) = (SmallParameters.Create(), SmallParameters.Create());
        using var first = All[name].Create(all);
        using var second = All[name].Create(some);
        for (var step = 1; step <= 3; step++)
        {
            SmallParameters.SetGradients(all, step);
            SmallParameters.SetGradients(some, step);
            some[0].Value.grad = null;
            first.Step(0.05);
            second.Step(0.05);
        }

        foreach (var (expected, actual) in SmallParameters.Values(all[1..]).Zip(SmallParameters.Values(some[1..])))
        {
            Assert.Equal(expected, actual, 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void GradientsStayAsTheyAre(string name)
    {
        using var scope = NewDisposeScope();
        var parameters = SmallParameters.Create();
        using var optimizer = All[name].Create(parameters);
        SmallParameters.SetGradients(parameters, 1);
        var before = parameters.Select(static parameter => SmallParameters.Values(parameter.Value.grad!)).ToArray();
        optimizer.Step(0.05);
        Assert.Equal(before, parameters.Select(static parameter => SmallParameters.Values(parameter.Value.grad!)));
    }

    // A sum of squares falls under any of them.
    [Theory]
    [MemberData(nameof(Names))]
    public void TheWayDownIsFound(string name)
    {
        using var scope = NewDisposeScope();
        var parameters = SmallParameters.Create();
        using var optimizer = All[name].Create(parameters);
        double Loss() => SmallParameters.Values(parameters).Sum(static value => (double)value * value);
        var before = Loss();
        for (var step = 0; step < 20; step++)
        {
            foreach (var parameter in parameters)
            {
                parameter.Value.grad = 2 * parameter.Value.detach();
            }

            optimizer.Step(0.02);
        }

        Assert.InRange(Loss(), 0, 0.75 * before);
    }

    [Fact]
    public void SgdWithoutMomentumIsPlainDescentAndHasNoState()
    {
        using var scope = NewDisposeScope();
        var parameters = SmallParameters.Create();
        using var optimizer = All["sgd"].Create(parameters);
        SmallParameters.SetGradients(parameters, 1);
        var expected = parameters
            .SelectMany(static parameter =>
                SmallParameters
                    .Values(parameter.Value)
                    .Zip(SmallParameters.Values(parameter.Value.grad!), static (value, gradient) => value - (0.25f * gradient))
            )
            .ToArray();
        optimizer.Step(0.25);
        Assert.Empty(optimizer.State);
        foreach (var (wanted, actual) in expected.Zip(SmallParameters.Values(parameters)))
        {
            Assert.Equal(wanted, actual, 1e-7);
        }
    }

    [Fact]
    public void LionMovesEveryWeightByTheLearningRate()
    {
        using var scope = NewDisposeScope();
        var parameters = SmallParameters.Create();
        using var optimizer = new Lion(parameters, new LionOptions { LearningRate = 1 });
        var before = SmallParameters.Values(parameters);
        SmallParameters.SetGradients(parameters, 1);
        optimizer.Step(0.25);
        Assert.All(before.Zip(SmallParameters.Values(parameters)), static pair =>
            Assert.Equal(0.25, Math.Abs(pair.First - pair.Second), 1e-6)
        );
    }

    [Fact]
    public void MuonsUpdatesHaveSingularValuesNearOne()
    {
        using var scope = NewDisposeScope();
        manual_seed(3).Dispose();
        foreach (var (rows, columns) in new[] { (8, 8), (5, 20), (20, 5), (1, 9) })
        {
            var directions = NewtonSchulz.Orthogonalise(randn([4, rows, columns]) * 1e-3);
            Assert.Equal([4L, rows, columns], directions.shape);
            var values = linalg.svdvals(directions).data<float>().ToArray();
            Assert.All(values, static value => Assert.InRange(value, 0.2, 1.3));
            Assert.Equal(4 * Math.Min(rows, columns), values.Length);
        }
    }

    [Fact]
    public void MuonLeavesEmbeddingsUnembeddingsNormsAndBiasesToAdamW()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Sequential(
            ("embed", nn.Embedding(7, 4)),
            ("linear", nn.Linear(4, 6)),
            ("norm", nn.LayerNorm([3, 6])),
            ("rms", new RmsNorm([3, 6])),
            ("conv", nn.Conv1d(3, 2, 3)),
            ("unembed", new Unembedding(6, 7))
        );
        using var optimizer = new Muon(NamedParameter.AllOf(model), new MuonOptions { LearningRate = 0.1 });
        Assert.Equal(
            [
                "exp_avg.conv.bias",
                "exp_avg.embed.weight",
                "exp_avg.linear.bias",
                "exp_avg.norm.bias",
                "exp_avg.norm.weight",
                "exp_avg.rms.weight",
                "exp_avg.unembed.weight",
            ],
            optimizer.State.Keys.Where(static name => name.StartsWith("exp_avg.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["momentum_buffer.conv.weight", "momentum_buffer.linear.weight"],
            optimizer.State.Keys.Where(static name => name.StartsWith("momentum", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void AWeightTiedToAnUnembeddingIsNoMatrix()
    {
        using var scope = NewDisposeScope();
        using var model = new Tied();
        var weight = Assert.Single(NamedParameter.AllOf(model, "model."));
        Assert.Equal(("model.scores", false), (weight.Name, weight.IsMatrix));
    }

    [Fact]
    public void MuonWithoutAMatrixIsRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains(
            "no matrix",
            Assert
                .Throws<ArgumentException>(() => new Muon([new("bias", new Parameter(zeros(3)))], new MuonOptions { LearningRate = 0.1 }))
                .Message,
            StringComparison.Ordinal
        );
    }

    public static TheoryData<OptimizerOptions> Refused =>
        [
            new SgdOptions { LearningRate = 0 },
            new SgdOptions { LearningRate = 0.1, Momentum = 1 },
            new SgdOptions { LearningRate = 0.1, Nesterov = true },
            new SgdOptions { LearningRate = 0.1, WeightDecay = -1 },
            new LionOptions { LearningRate = 0.1, Betas = (0.9, 1) },
            new LionOptions { LearningRate = 0.1, WeightDecay = double.NaN },
            new AdafactorOptions { LearningRate = 0.1, Beta2Decay = 0 },
            new AdafactorOptions { LearningRate = 0.1, Epsilon = 0 },
            new AdafactorOptions { LearningRate = 0.1, ClipThreshold = 0 },
            new AdafactorOptions { LearningRate = 0.1, WeightDecay = -1 },
            new MuonOptions { LearningRate = 0.1, Momentum = -0.1 },
            new MuonOptions { LearningRate = 0.1, WeightDecay = -1 },
            new MuonOptions { LearningRate = 0.1, AdjustLearningRate = (MuonAdjustment)7 },
            new MuonOptions
            {
                LearningRate = 0.1,
                Others = new AdamWOptions { LearningRate = 0 },
            },
        ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void SettingsOutOfRangeAreRefused(OptimizerOptions options)
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => options.Create(SmallParameters.Create()));
    }

    private sealed class Tied : nn.Module
    {
        public Tied()
            : base(nameof(Tied))
        {
            var unembedding = new Unembedding(4, 7);
            register_parameter("scores", unembedding.weight);
            register_module("unembed", unembedding);
        }

        protected override void RegisterComponents() { }
    }

    private static void Steps(NamedParameter[] parameters, Optimizer optimizer, int first, int last)
    {
        for (var step = first; step <= last; step++)
        {
            SmallParameters.SetGradients(parameters, step);
            optimizer.Step(0.05 / step);
        }
    }
}
