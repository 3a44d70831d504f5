namespace ModelGen.EndToEnd.Tests.Convolutions;

/// <summary>Runs of models with convolutions, on a processor on which libtorch's may be wrong, or that NNPACK does not know.</summary>
public sealed class ConvolutionRunTests
{
    // With two threads, all of libtorch's runs of this ended in NaN on some processors, between step 2 and step 1274.
    [Fact]
    public void AnAutoencoderTrainsToItsEnd()
    {
        var (code, output, error) = SpecProcess.Run(
            """
            model: ConvVae
            family: vae
            data: { image: [1, 8, 8] }
            latent: 4
            encoder: [conv: { channels: 4, kernel: 3, padding: 1, stride: 2 }, flatten]
            decoder: [linear: 64, reshape: [4, 4, 4], upsample: 2, conv: { channels: 1, kernel: 3, padding: 1 }]
            objective: { elbo: { reconstruction: bernoulli } }
            training: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 2000 steps, validation: { fraction: 0.2 } }
            """,
            threads: 2
        );
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"^finished at step 2000: 4\d\.\d+\n$", output);
    }

    // libtorch asks NNPACK for convolutions of single pictures, and says of each that it is not there.
    [Theory]
    [InlineData(null)]
    [InlineData("libtorch")]
    public void NothingIsSaidOfNnpack(string? convolutions)
    {
        var (code, output, error) = SpecProcess.Run(
            """
            model: OneByOne
            family: vq-vae
            data: { image: [1, 8, 8] }
            codebook: { codes: 64 }
            encoder: [conv: { channels: 4, kernel: 3, padding: 1, stride: 2 }]
            decoder: [upsample: 2, conv: { channels: 1, kernel: 3, padding: 1 }]
            objective: { vector-quantised: { reconstruction: bernoulli } }
            training: { optimizer: { adamw: 1e-3 }, batch: 1, duration: 6 steps, validation: { fraction: 0.2 } }
            """,
            threads: 1,
            convolutions
        );
        Assert.DoesNotContain("NNPACK", error + output, StringComparison.Ordinal);

        // Where libtorch's convolutions are wrong, the run that is made to use them may end in NaN.
        if (convolutions is null)
        {
            Assert.Equal((0, ""), (code, error));
        }
    }
}
