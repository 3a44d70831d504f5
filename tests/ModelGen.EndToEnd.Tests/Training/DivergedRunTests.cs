using System.Text.RegularExpressions;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Tokenization;
using ModelGen.Training;
using ModelGen.Training.Guards;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Training;

/// <summary>A run in which a layer begins to give what is no number.</summary>
public sealed class DivergedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TokenDataset _data = TokenDataset.Create(
        string.Concat(Enumerable.Range(0, 300).Select(static i => $"{i % 7} and {i % 3} make {(i % 7) + (i % 3)}.\n")),
        new ByteTokenizer(),
        Scribe.Context,
        0.2
    );

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void IsStoppedAtTheStepAndNamesTheLayerItsPlaceAndTheLastCheckpoint()
    {
        manual_seed(1).Dispose();
        using var model = new Scribe();
        var options = Scribe.Training with { Checkpoint = new CheckpointOptions { Every = Duration.Steps(20) } };
        using var trainer = new Trainer(model.CreateObjective(_data), options, seed: 1)
        {
            CheckpointFolder = _folder.Path,
            ReportEvery = 1,
            Observers = { new Planter(() => Enlarge(model.Blocks[1].Mlp.Linear.weight!)) },
        };
        var exception = Assert.Throws<DivergenceException>(() => trainer.Run());
        Assert.Equal(
            "The loss is NaN or infinite at step 50: it began in blocks.1.mlp.linear (scribe.model.yaml(8,44)); lower the "
                + "learning rate of 0.003, warm up longer or clip the gradients to less than 1, since the largest weight has grown from "
                + "… at step 0 to 3E+38 (the checkpoint of step 40 is kept).",
            Regex.Replace(exception.Message, @"(?<= from )[0-9.]+(?= at step 0)", "…")
        );
        Assert.Equal(50, exception.Step);
        using var checkpoint = Checkpoint.OpenNewest(_folder.Path);
        Assert.Equal(40, checkpoint.Step);
    }

    [Fact]
    public void GradientsThatAreNoNumbersSpoilNoWeight()
    {
        manual_seed(1).Dispose();
        using var model = new Scribe();

        // What the norm gives is nothing, whatever it is multiplied with; its gradient is not.
        var (norm, linear) = (model.Blocks[1].LayerNorm2, model.Blocks[1].Mlp.Linear);
        var planter = new Planter(() =>
        {
            norm.weight!.zero_();
            norm.bias!.zero_();
            linear.weight!.fill_(3e38f);
        });
        using var trainer = new Trainer(model.CreateObjective(_data), Scribe.Training, seed: 1)
        {
            ReportEvery = 1,
            Observers = { planter },
        };
        Assert.StartsWith(
            "The norm of the gradients overflows at step 50",
            Assert.Throws<DivergenceException>(() => trainer.Run()).Message,
            StringComparison.Ordinal
        );
        Assert.True(model.parameters().All(static parameter => parameter.isfinite().all().item<bool>()));
    }

    // The noise of the latents is exp of half the log-variances that the weights have been driven to.
    [Fact]
    public void ARateThatIsTooHighIsToldAsOne()
    {
        // Of ten pictures of random bytes.
        var random = new Random(1);
        var pictures = new byte[10 * 8 * 8];
        random.NextBytes(pictures);
        var message = Diverge("gaussian: 1e-6", 10, 8, new ImageCollection(pictures, 1, 8, 8));
        Assert.Matches(
            "^The loss is NaN or infinite at step [0-9]+: it began in the objective: the input that it passes to decoder is not finite; "
                + "lower the learning rate of 10, warm up longer or clip the gradients, since the largest weight has grown from "
                + "0\\.[0-9]+ at step 0 to [0-9.E+]+",
            message
        );
        Assert.DoesNotContain(" data", message, StringComparison.Ordinal);
    }

    // Squares over a variance of 10⁻⁴⁰ are no floats, whatever the rate.
    [Fact]
    public void AnOverflowOfTheObjectiveBeforeAnyStepIsNotTheRates()
    {
        var message = Diverge("gaussian: 1.2e-38", 1e-3, 28, DrawnDigits.Create(40, seed: 1));
        Assert.Equal(
            "The loss is NaN or infinite at step 1: it began in the objective: the loss is not finite, but the output of every layer "
                + "is; no step has changed a weight yet, so check the initialisers, the settings of the objective and the scale "
                + "of the data.",
            message
        );
    }

    private static string Diverge(string likelihood, double rate, int side, ImageCollection pictures)
    {
        var compiled = SpecAssembly.Compile(
            FormattableString.Invariant(
                $$"""
                model: Overflow
                family: vae
                data: { image: [1, {{side}}, {{side}}] }
                latent: 2
                encoder: [flatten, linear: 16, relu]
                decoder: [linear: 16, relu, linear: {{side * side}}, reshape: [1, {{side}}, {{side}}]]
                objective: { elbo: { reconstruction: { {{likelihood}} } } }
                training: { optimizer: { adam: {{rate}} }, batch: 4, duration: 200 steps }

                """
            )
        );
        using var model = compiled.Create<Vae>();
        using var images = SampleDataset.Create(pictures, test: null, 0.2);
        var options = compiled.Training!;
        using var trainer = new Trainer(model.CreateObjective(images), options, seed: 1);
        return Assert.Throws<DivergenceException>(() => trainer.Run()).Message;
    }

    /// <summary>As large as a float can be, so that its products with the layer's input are larger.</summary>
    private static void Enlarge(Tensor weight) => weight.div_(weight.abs().max()).mul_(3e38f);

    /// <summary>Spoils the model after step 49.</summary>
    private sealed class Planter(Action spoil) : TrainingObserver
    {
        public override void OnStep(StepReport report)
        {
            if (report.Step != 49)
            {
                return;
            }

            using var noGrad = no_grad();
            spoil();
        }
    }
}
