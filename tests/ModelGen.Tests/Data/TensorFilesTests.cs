using System.Text;
using ModelGen.Checkpoints;
using ModelGen.Data;

namespace ModelGen.Tests.Data;

public sealed class TensorFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // python -c "import numpy as np, sys; np.save(sys.stdout.buffer, np.arange(6, dtype='<f4').reshape(2, 3))", in hexadecimal digits
    // without its padding of spaces.
    [Fact]
    public void WhatNumpyWritesIsRead()
    {
        const string Header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
        byte[] numpy =
        [
            0x93,
            .. "NUMPY"u8,
            1,
            0,
            0x76,
            0,
            .. Encoding.ASCII.GetBytes(Header.PadRight(0x75) + "\n"),
            .. Enumerable.Range(0, 6).SelectMany(static i => BitConverter.GetBytes((float)i)),
        ];
        Assert.Equal(128 + 24, numpy.Length);
        File.WriteAllBytes(_folder["samples.npy"], numpy);

        var (samples, test) = TensorFiles.ReadNpy(_folder[""]);

        Assert.Null(test);
        Assert.Equal([3], samples.Shape);
        Assert.Equal([0f, 1, 2, 3, 4, 5], samples.Values.ToArray());
    }

    [Theory]
    [InlineData("<f8", "0000000000000440", 2.5f)]
    [InlineData("<f4", "00002040", 2.5f)]
    [InlineData("<f2", "0041", 2.5f)]
    [InlineData("<i8", "FEFFFFFFFFFFFFFF", -2f)]
    [InlineData("<i4", "FEFFFFFF", -2f)]
    [InlineData("<i2", "FEFF", -2f)]
    [InlineData("|i1", "FE", -2f)]
    [InlineData("|u1", "FE", 254f)]
    [InlineData("|b1", "01", 1f)]
    public void EveryTypeBecomesItsNumber(string type, string bytes, float expected)
    {
        Npy("samples", type, "(1, 1)", Convert.FromHexString(bytes), version: 2);

        Assert.Equal([expected], TensorFiles.ReadNpy(_folder[""]).Training.Values.ToArray());
    }

    [Fact]
    public void LabelsAndTargetsStandBesideTheSamplesAndTestsBesideBoth()
    {
        Npy("samples", "|u1", "(3, 2)", [1, 2, 3, 4, 5, 6]);
        Npy("labels", "<i2", "(3,)", [2, 0, 0, 0, 1, 0]);
        Npy("targets", "|i1", "(3, 1, 2)", [255, 2, 3, 4, 5, 6]);
        Npy("test-samples", "|u1", "(1, 2)", [7, 8]);
        Npy("test-labels", "|u1", "(1,)", [1]);
        Npy("test-targets", "|u1", "(1, 1, 2)", [9, 9]);

        var (training, test) = TensorFiles.ReadNpy(_folder[""]);

        Assert.Equal([2, 0, 1], training.Labels!);
        Assert.Equal([-1f, 2, 3, 4, 5, 6], training.Targets!.Value.ToArray());
        Assert.Equal([7f, 8], test!.Values.ToArray());
        using var data = SampleDataset.Create(training, test, validationFraction: 0.5);
        Assert.Equal((3, 1), (data.Training.Count, data.Validation.Count));
        Assert.Equal([1L, 2], data.TargetShape!);
    }

    [Fact]
    public void ASafetensorsFileSaysTheSame()
    {
        var samples = TorchSharp.torch.arange(6, dtype: TorchSharp.torch.ScalarType.Float32).reshape(3, 2);
        var labels = TorchSharp.torch.tensor(new long[] { 2, 0, 1 });
        var targets = samples.to(TorchSharp.torch.ScalarType.BFloat16).reshape(3, 1, 2);
        using (samples)
        using (labels)
        using (targets)
        {
            Safetensors.Write(
                _folder["data.safetensors"],
                new Dictionary<string, TorchSharp.torch.Tensor>
                {
                    ["samples"] = samples,
                    ["labels"] = labels,
                    ["targets"] = targets,
                },
                new Dictionary<string, string>()
            );
        }

        var read = TensorFiles.ReadSafetensors(_folder["data.safetensors"]);
        using var data = new SafetensorsSource { File = _folder["data.safetensors"], Test = _folder["data.safetensors"] }.Read(
            [2],
            validationFraction: 0.5
        );

        Assert.Equal([2], read.Shape);
        Assert.Equal([0f, 1, 2, 3, 4, 5], read.Values.ToArray());
        Assert.Equal([0f, 1, 2, 3, 4, 5], read.Targets!.Value.ToArray());
        Assert.Equal([2, 0, 1], read.Labels!);
        Assert.Equal((3, 3), (data.Training.Count, data.Validation.Count));
        Assert.EndsWith(
            $"does not exist. The recipe's 'data.safetensors.test' names it.",
            Assert
                .Throws<ModelGenException>(() =>
                    new SafetensorsSource { File = _folder["data.safetensors"], Test = _folder["none"] }.Read([2], validationFraction: 0.5)
                )
                .Message
        );
        Assert.EndsWith(
            "samples.npy. The recipe's 'data.npy' names it.",
            Assert.Throws<ModelGenException>(() => new NpySource { Folder = _folder["none"] }.Read([2], validationFraction: 0.5)).Message
        );
        Assert.Equal(
            "The samples are [2], but the model takes [3]; change the shape in the model's data.",
            Assert
                .Throws<ModelGenException>(() =>
                    new SafetensorsSource { File = _folder["data.safetensors"] }.Read([3], validationFraction: 0.5)
                )
                .Message
        );
    }

    [Fact]
    public void WhatCannotBeReadIsSaidInOneSentence()
    {
        Assert.Equal(
            $"The folder '{_folder["none"]}' does not exist; it must be the folder that holds samples.npy.",
            Failure(_folder["none"])
        );
        Assert.Equal($"The folder '{_folder[""]}' lacks 'samples.npy'; put the samples there, [samples, …].", Failure());
        Npy("samples", "<f4", "(2, 1)", new byte[7]);
        Assert.EndsWith("is truncated: its header promises 8 bytes, but only 7 follow; fetch it again.", Failure());
        Npy("samples", "<f4", "(2, 1)", new byte[9]);
        Assert.EndsWith("continues after the 8 bytes that its header promises; fetch it again.", Failure());
        Npy("samples", ">f4", "(2, 1)", new byte[8]);
        Assert.Contains("holds elements of the NumPy type '>f4'; save it as one of <f8, <f4", Failure(), StringComparison.Ordinal);
        Npy("samples", "<f4", "(2, 1)", new byte[8], order: "True");
        Assert.EndsWith("holds an array in Fortran order; save numpy.ascontiguousarray(array).", Failure());
        Npy("samples", "<f4", "(99999999999, 99999999999, 99999999999)", []);
        Assert.Contains("more than the", Failure(), StringComparison.Ordinal);
        Npy("samples", "<f4", "(-2, 1)", new byte[8]);
        Assert.Contains("is not an array saved by NumPy: '-2' is not the length of an axis", Failure(), StringComparison.Ordinal);
        Npy("samples", "<f4", "(0, 1)", []);
        Assert.EndsWith("has the shape [0, 1]; it needs one row per sample, at least one.", Failure());
        Npy("samples", "<f4", "()", new byte[4]);
        Assert.EndsWith("has the shape []; it needs one row per sample, at least one.", Failure());
        Npy("samples", "<f4", "(1, 1)", BitConverter.GetBytes(float.NaN));
        Assert.EndsWith(
            "samples.npy' holds a number that is not finite: [0, 0] is NaN; a network can learn only from finite numbers.",
            Failure()
        );
        Npy("samples", "<f4", "(1, 1)", new byte[4]);
        Npy("targets", "<f4", "(1, 2)", [0, 0, 0, 0, .. BitConverter.GetBytes(float.PositiveInfinity)]);
        Assert.EndsWith(
            "targets.npy' holds a number that is not finite: [0, 1] is infinite; a network can learn only from finite numbers.",
            Failure()
        );
        File.Delete(_folder["targets.npy"]);
        foreach (
            var start in new byte[][]
            {
                [],
                "PK\x03\x04"u8.ToArray(),
                [0x93, .. "NUMPY"u8, 9, 0, 1, 0],
                [0x93, .. "NUMPY"u8, 1, 0, 99, 0, 1],
                [0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255],
            }
        )
        {
            File.WriteAllBytes(_folder["samples.npy"], start);
            Assert.Contains("is not an array saved by NumPy", Failure(), StringComparison.Ordinal);
        }

        Npy("samples", "<f4", "(2, 1)", new byte[8]);
        Npy("labels", "<f4", "(2,)", new byte[8]);
        Assert.EndsWith("holds labels of type Float32; save the class of each sample as a whole number.", Failure());
        Npy("labels", "<i4", "(2,)", [0, 0, 0, 0, 255, 255, 255, 255]);
        Assert.EndsWith("holds the label -1 for sample 1; labels run from 0 to at most 65535.", Failure());
        Npy("labels", "<i4", "(3,)", new byte[12]);
        Assert.Contains("labels.npy' is for 3 samples, but '", Failure(), StringComparison.Ordinal);
    }

    private string Failure(string? folder = null) =>
        Assert.Throws<ModelGenException>(() => TensorFiles.ReadNpy(folder ?? _folder[""])).Message;

    private void Npy(string name, string type, string shape, byte[] content, byte version = 1, string order = "False")
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        File.WriteAllBytes(
            _folder[name + ".npy"],
            [0x93, .. "NUMPY"u8, version, 0, (byte)header.Length, 0, .. version > 1 ? new byte[2] : [], .. header, .. content]
        );
    }
}
