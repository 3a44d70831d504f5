using ModelGen.Training;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training.Guards;

/// <summary>What a divergence is blamed on.</summary>
public sealed class GrowthTests
{
    private static readonly TrainingOptions Options = new()
    {
        Optimizer = new SgdOptions { LearningRate = 3 },
        BatchSize = 1,
        Duration = Duration.Steps(2000),
        Validation = new ValidationOptions { Every = null },
    };

    // Each step doubles the distance to the minimum, until its square is beyond what a double holds.
    [Fact]
    public void ARateThatIsTooHighIsToldWithWhatHasGrown()
    {
        using var parabola = new Parabola(1);
        using var trainer = new Trainer(parabola, Options);
        Assert.Matches(
            @"^The loss is NaN or infinite at step 510: it began in the objective: the loss is not finite, but the output of every layer "
                + @"is; lower the learning rate of 3, warm up longer or clip the gradients, since the largest weight has grown from 10 at "
                + @"step 0 to [0-9.]+E\+15\d and the loss has grown from [0-9.]+(E\+0\d)? at step 10 to [0-9.]+E\+30\d at step 500\.$",
            Assert.Throws<DivergenceException>(() => trainer.Run()).Message
        );
    }

    [Fact]
    public void ALossOutOfTheBlueIsNotBlamedOnTheRate()
    {
        using var parabola = new Parabola(1) { Before = static step => step == 40 ? double.NaN : 0 };
        using var trainer = new Trainer(
            parabola,
            Options with
            {
                Optimizer = new SgdOptions { LearningRate = 0.1 },
                ClipNorm = 5,
            }
        );
        Assert.Equal(
            "The loss is NaN or infinite at step 41: it began in the objective: the loss is not finite, but the output of every layer "
                + "is; neither the weights nor the loss have grown tenfold before, so check the objective and its settings first; if they "
                + "are right, lower the learning rate of 0.1 or clip the gradients to less than 5.",
            Assert.Throws<DivergenceException>(() => trainer.Run()).Message
        );
    }

    [Theory]
    [InlineData(null, 1.0, 2.0, 9.9)]
    [InlineData("the loss has grown from 1 at step 10 to 10 at step 30", 1.0, 2.0, 10.0)]
    [InlineData("the loss has grown from 0.5 at step 20 to 6 at step 30", 100.0, 0.5, 6.0)]
    [InlineData(null, 100.0, 1.0, -50.0)]
    [InlineData("the loss has grown from -2 at step 20 to 40 at step 30", -1.0, -2.0, 40.0)]
    public void ALossHasGrownFromItsLowest(string? sentence, params double[] losses)
    {
        var growth = new Growth([]);
        for (var i = 0; i < losses.Length; i++)
        {
            growth.Report(10 * (i + 1), losses[i]);
        }

        Assert.Equal(sentence, growth.Sentence());

        growth.ForgetLosses();
        Assert.Null(growth.Sentence());
    }

    [Fact]
    public void AWeightIsComparedWithTheRunsBeginning()
    {
        using var parabola = new Parabola(1, from: 2);
        var growth = new Growth([parabola.Number.Value]);
        Assert.Null(growth.Sentence());

        Set(-20);
        Assert.Equal("the largest weight has grown from 2 at step 0 to 20", growth.Sentence());

        growth.Begin(500);
        Assert.Null(growth.Sentence());

        Set(double.NaN);
        Assert.Null(growth.Sentence());

        void Set(double value)
        {
            using var noGrad = no_grad();
            parabola.Number.Value.fill_(value);
        }
    }
}
