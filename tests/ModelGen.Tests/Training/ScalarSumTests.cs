using ModelGen.Training.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training;

public class ScalarSumTests
{
    // A sum for META keeps what it is given until it is read; given here are numbers of the CPU, as META has none.
    public static TheoryData<DeviceType> Devices => [DeviceType.CPU, DeviceType.META];

    [Theory]
    [MemberData(nameof(Devices))]
    public void ItAddsUpInDoublePrecision(DeviceType device)
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var sum = new ScalarSum(new Device(device)))
        {
            Add(sum, 16777216f, 1);
            for (var i = 0; i < 3000; i++)
            {
                Add(sum, 2f, 0.25);
            }

            Assert.Equal(16777216 + 1500, sum.Read());

            Add(sum, 3f, -1);
            Assert.Equal(16777216 + 1497, sum.Read());

            using (var seven = tensor(7L))
            {
                sum.Set(seven);
            }

            Assert.Equal(7, sum.Read());

            Add(sum, 1f, 1);
            sum.Clear();
            Assert.Equal(0, sum.Read());
            Add(sum, 1f, 1);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void Add(ScalarSum sum, float value, double share)
    {
        using var scope = NewDisposeScope();
        sum.Add(tensor(value), share);
    }
}
