using ModelGen.Training;
using ModelGen.Training.Gradients;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training.Gradients;

/// <summary>No gradient that is NaN or infinite reaches a weight, whether or not gradients are clipped or watched.</summary>
public sealed class FiniteGradientsTests
{
    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new SgdOptions { LearningRate = 0.1, Momentum = 0.9 },
        BatchSize = 1,
        Duration = Duration.Steps(20),
        Validation = new ValidationOptions { Every = null },
    };

    // The slope of a root at 0 is infinite, and 0 times as much is NaN; the loss is what it would be without.
    [Theory]
    [InlineData(1, null)]
    [InlineData(0, null)]
    [InlineData(0, 1.0)]
    public void AGradientMadeNaNAtAStepLeavesTheWeightsOfTheOneBefore(double factor, double? clipNorm)
    {
        using var six = new Parabola(1);
        using (var trainer = new Trainer(six, Options with { ClipNorm = clipNorm }))
        {
            MakeSteps(trainer, 6);
        }

        using var parabola = new Parabola(1) { Term = (step, number) => step == 6 ? (number - number.detach()).sqrt() * factor : null };
        using var broken = new Trainer(parabola, Options with { ClipNorm = clipNorm });
        MakeSteps(broken, 6);
        var exception = Assert.Throws<DivergenceException>(() => broken.MakeStep());

        Assert.Equal(7, exception.Step);
        Assert.Equal(
            "The gradients are NaN or infinite at step 7: it began in backward, in the gradient of value; the loss is finite; "
                + "the weights have not grown tenfold before, so check the objective and its settings first; if they are right, lower the "
                + $"learning rate of 0.1 or clip the gradients{(clipNorm is null ? "" : " to less than 1")}.",
            exception.Message
        );
        Assert.Equal(six.Number.Value.data<double>().ToArray(), parabola.Number.Value.data<double>().ToArray());
    }

    [Fact]
    public void AnOverflowInBackwardIsToldAsOne()
    {
        using var model = nn.Linear(2, 2);

        // The loss is some 10¹⁰, but on the way back 10²⁰ · 10²⁰ comes first.
        var found = Divergence.Find(model, () => (model.call(ones(1, 2)) * 1e-30 * 1e20 * 1e20).sum())!;
        Assert.Equal((DivergenceOrigin.Gradient, true), (found.Origin, found.IsOverflow));
        Assert.Equal("it began in backward, in the gradient of bias, which overflows its type; the loss is finite", found.Sentence);
    }

    [Fact]
    public void AFlagOnceSetStaysAndFiniteGradientsStayWhatTheyAre()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(3)) { grad = tensor(new[] { 1f, -0f, 1e38f }) };
        var bytes = parameter.grad!.bytes.ToArray();
        using var finite = new FiniteGradients(CPU);
        Assert.True(finite.Check([parameter]));
        Assert.Equal(bytes, parameter.grad!.bytes.ToArray());

        parameter.grad = tensor(new[] { 1f, float.PositiveInfinity, 1 });
        Assert.False(finite.Check([parameter]));
        parameter.grad = ones(3);
        Assert.True(finite.Read());
    }

    [Fact]
    public void ABufferThatIsNaNEndsTheRunThoughEveryLossIsFinite()
    {
        // Of one sample there is no variance without bias, and training never looks at the running one.
        using var parabola = new Parabola(1);
        var norm = nn.BatchNorm1d(2);
        parabola.Number.register_module("norm", norm);
        using var trainer = new Trainer(parabola, Options) { ReportEvery = 4 };
        MakeSteps(trainer, 3);
        norm.call(ones(1, 2)).Dispose();
        var message = Assert.Throws<DivergenceException>(() => trainer.Run()).Message;
        Assert.Equal(
            "The buffer 'norm.running_var' is NaN or infinite at step 4; statistics over a batch need more than one sample, so make "
                + "the batch larger.",
            message
        );
    }

    private static void MakeSteps(Trainer trainer, int count)
    {
        for (var step = 0; step < count; step++)
        {
            Assert.True(trainer.MakeStep());
        }
    }
}
