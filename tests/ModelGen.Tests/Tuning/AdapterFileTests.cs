using ModelGen.Checkpoints;
using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.Tuning;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Tuning;

/// <summary>What adapters have learned as a file, on the weights that it belongs to and on others.</summary>
public sealed class AdapterFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope;

    public AdapterFileTests()
    {
        Libtorch.Load();
        _scope = NewDisposeScope();
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    /// <summary>Merged, and added as adapters, the file gives within 1e-5 what the trained model does; its base alone does not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MergedOrAddedItComputesTheSame(bool hasMagnitude)
    {
        using var trained = Trained(Options(hasMagnitude));
        AdapterFile.Write(_folder["adapter"], trained, Options(hasMagnitude));
        var x = randn(5, 6);
        var wanted = trained.call(x);

        using var merged = new Small(seed: 3);
        using var added = new Small(seed: 3);
        merged.eval();
        added.eval();
        Assert.InRange((merged.call(x) - wanted).abs().max().item<float>(), 0.05, 100);
        using (var file = AdapterFile.Open(_folder["adapter"]))
        {
            file.MergeInto(merged);
            file.AddTo(added);
        }

        Assert.InRange((merged.call(x) - wanted).abs().max().item<float>(), 0, 1e-5);
        Assert.InRange((added.call(x) - wanted).abs().max().item<float>(), 0, 1e-5);
        Assert.DoesNotContain(merged.state_dict().Keys, static name => name.Contains("adapter"));
        Assert.Equal(trained.state_dict().Keys.Order(), added.state_dict().Keys.Order());

        // Where they are added, the layers' own weights stay as they were.
        using var plain = new Small(seed: 3);
        Assert.Equal(Numbers(plain, "hidden.weight"), Numbers(added, "hidden.weight"));
        Assert.NotEqual(Numbers(plain, "hidden.weight"), Numbers(merged, "hidden.weight"));
        Assert.Equal(Numbers(trained, "head.bias"), Numbers(merged, "head.bias"));
    }

    [Fact]
    public void AnotherBaseIsRefused()
    {
        using var trained = Trained(Options(hasMagnitude: false));
        AdapterFile.Write(_folder["adapter"], trained, Options(hasMagnitude: false));
        using var file = AdapterFile.Open(_folder["adapter"]);
        using var other = new Small(seed: 4);
        var own = Numbers(other, "hidden.weight");

        var message = Assert.Throws<ModelGenException>(() => file.MergeInto(other)).Message;

        Assert.StartsWith(
            $"The adapters in '{file.Path}' were trained on weights with the SHA-256 {file.BaseHash}, and those of this Small have ",
            message
        );
        Assert.DoesNotContain($"have {file.BaseHash}", message);
        Assert.Equal(own, Numbers(other, "hidden.weight"));
        Assert.Equal(message, Assert.Throws<ModelGenException>(() => file.AddTo(other)).Message);

        // One bit is another base; a second time is, too.
        using var near = new Small(seed: 3);
        using (no_grad())
        {
            near.state_dict()["head.weight"][0, 0].neg_();
        }

        Assert.Throws<ModelGenException>(() => file.MergeInto(near));
        using var right = new Small(seed: 3);
        file.MergeInto(right);
        Assert.Throws<ModelGenException>(() => file.MergeInto(right));

        using var stranger = new Small(seed: 3, fingerprint: "99999999");
        Assert.Equal(
            $"The adapters in '{file.Path}' belong to the model Small (12345678), not to this Small (99999999); use the model that they were "
                + "trained with.",
            Assert.Throws<ModelGenException>(() => file.MergeInto(stranger)).Message
        );
    }

    [Fact]
    public void WhatIsNoFileOfAdaptersIsRefused()
    {
        using var plain = new Small(seed: 3);
        Assert.StartsWith(
            "Small has no adapters to write to '",
            Assert.Throws<ModelGenException>(() => AdapterFile.Write(_folder["none"], plain, Options(hasMagnitude: false))).Message
        );

        Safetensors.Write(_folder["other"], plain.state_dict(), new Dictionary<string, string>());
        Assert.Contains(
            "is no adapter file: its metadata have no 'format'",
            Assert.Throws<ModelGenException>(() => AdapterFile.Open(_folder["other"])).Message
        );

        using var trained = Trained(Options(hasMagnitude: false));
        AdapterFile.Write(_folder["adapter"], trained, Options(hasMagnitude: false));
        var bytes = File.ReadAllBytes(_folder["adapter"]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(_folder["adapter"], bytes);
        Assert.NotNull(Assert.Throws<ModelGenException>(() => AdapterFile.Open(_folder["adapter"])).Damage);
    }

    private static AdapterOptions Options(bool hasMagnitude) =>
        hasMagnitude
            ? new DoraOptions
            {
                Rank = 2,
                Alpha = 3,
                On = ["hidden"],
                AlsoTrain = ["head.bias"],
            }
            : new LoraOptions
            {
                Rank = 2,
                Alpha = 3,
                Dropout = 0.5,
                On = ["hidden"],
                AlsoTrain = ["head.bias"],
            };

    // All that is trained has other numbers than at the beginning.
    private static Small Trained(AdapterOptions options)
    {
        var model = new Small(seed: 3);
        new FineTuning { Adapter = options }.ApplyTo(model);
        using var constant = no_grad();
        foreach (var weight in model.parameters().Where(static weight => weight.requires_grad))
        {
            weight.add_(randn_like(weight));
        }

        model.eval();
        return model;
    }

    private static float[] Numbers(Small model, string name) => model.state_dict()[name].data<float>().ToArray();

    private sealed class Small : nn.Module<Tensor, Tensor>, IGeneratedModel
    {
        private readonly Linear _hidden;
        private readonly Linear _head;

        public Small(int seed, string fingerprint = "12345678")
            : base(nameof(Small))
        {
            manual_seed(seed);
            (_hidden, _head) = (nn.Linear(6, 5), nn.Linear(5, 3));
            Fingerprint = fingerprint;
            register_module("hidden", _hidden);
            register_module("head", _head);
        }

        public string Fingerprint { get; }

        public BatchSplit BatchSplit => BatchSplit.Whole;

        public long MultiplyAdds => 0;

        public long ActivationBytes => 0;

        public string SourceMap => "";

        public override Tensor forward(Tensor x) => _head.call(_hidden.call(x).relu());
    }
}
