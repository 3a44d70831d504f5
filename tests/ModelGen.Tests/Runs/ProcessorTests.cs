using ModelGen.Runs;

namespace ModelGen.Tests.Runs;

public sealed class ProcessorTests
{
    [Fact]
    public void LinuxTellsItOnALineOfItsOwn()
    {
        Assert.Equal(
            "Example CPU @ 2.00GHz: 2nd kind",
            Processor.OfLinux(["processor\t: 0", "model\t\t: 85", "model name\t: Example CPU @ 2.00GHz: 2nd kind", "model name\t: another"])
        );
        Assert.Null(Processor.OfLinux(["processor\t: 0", "BogoMIPS\t: 50.00"]));
    }

    [Fact]
    public void ThisOneIsNamedWhereTheSystemTells()
    {
        if (
            OperatingSystem.IsLinux()
            && File.ReadLines("/proc/cpuinfo").Any(static line => line.StartsWith("model name", StringComparison.Ordinal))
        )
        {
            Assert.False(string.IsNullOrWhiteSpace(Processor.Name()));
        }
        else if (OperatingSystem.IsMacOS() || OperatingSystem.IsWindows())
        {
            Assert.False(string.IsNullOrWhiteSpace(Processor.Name()));
        }
    }
}
