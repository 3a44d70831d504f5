using ModelGen.Native;
using TorchSharp;

namespace ModelGen.Tests.Native;

public class DevicesTests
{
    [Theory]
    [InlineData("auto", 2, false, DeviceType.CUDA, 0)]
    [InlineData("auto", 1, true, DeviceType.CUDA, 0)]
    [InlineData("auto", 0, true, DeviceType.MPS, 0)]
    [InlineData("auto", 0, false, DeviceType.CPU, 0)]
    [InlineData("cpu", 2, true, DeviceType.CPU, 0)]
    [InlineData("cuda", 2, false, DeviceType.CUDA, 0)]
    [InlineData("cuda:1", 2, false, DeviceType.CUDA, 1)]
    [InlineData("1", 2, false, DeviceType.CUDA, 1)]
    [InlineData("mps", 0, true, DeviceType.MPS, 0)]
    public void AWordIsTheDeviceThatItNames(string word, int cudaCount, bool hasMps, DeviceType type, int index) =>
        Assert.Equal((type, index), Devices.Choose(word, cudaCount, hasMps));

    [Theory]
    [InlineData(
        "cuda",
        0,
        "There is no CUDA device here for 'cuda': the driver finds none, or libtorch is the CPU build; add the CUDA "
            + "package of libtorch, or use 'cpu'."
    )]
    [InlineData(
        "0",
        0,
        "There is no CUDA device here for '0': the driver finds none, or libtorch is the CPU build; add the CUDA "
            + "package of libtorch, or use 'cpu'."
    )]
    [InlineData("cuda:1", 1, "There is no CUDA device 'cuda:1' here; the only one is cuda:0.")]
    [InlineData("cuda:2", 2, "There is no CUDA device 'cuda:2' here; there are cuda:0 to cuda:1.")]
    [InlineData("mps", 1, "There is no device 'mps' here: libtorch finds no MPS, which needs an Apple processor; use 'cpu'.")]
    [InlineData("gpu", 1, "'gpu' is not a device; write auto, cpu, cuda, cuda:1, mps or the number of a CUDA device.")]
    [InlineData("cuda:x", 1, "'cuda:x' is not a device; write auto, cpu, cuda, cuda:1, mps or the number of a CUDA device.")]
    [InlineData("cpu:1", 1, "'cpu:1' is not a device; write auto, cpu, cuda, cuda:1, mps or the number of a CUDA device.")]
    public void WhatIsNotThereIsOneSentence(string word, int cudaCount, string message) =>
        Assert.Equal(message, Assert.Throws<ModelGenException>(() => Devices.Choose(word, cudaCount, hasMps: false)).Message);

    [Fact]
    public void TheCpuIsAlwaysThere() => Assert.Equal(DeviceType.CPU, Devices.Choose("cpu").type);
}
