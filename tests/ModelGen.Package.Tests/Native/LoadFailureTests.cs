using ModelGen.Native;

namespace ModelGen.Package.Tests.Native;

public class LoadFailureTests
{
    [Theory]
    [InlineData("linux-arm64")]
    [InlineData("linux-musl-x64")]
    [InlineData("osx-x64")]
    public void NamesThePlatformsThatWork(string platform)
    {
        var error = Assert.Throws<ModelGenException>(() => LoadFailure.CheckPlatform(platform));

        Assert.Contains(platform, error.Message, StringComparison.Ordinal);
        Assert.Contains("linux-x64, win-x64, win-arm64, osx-arm64", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linux-x64")]
    [InlineData("win-x64")]
    [InlineData("win-arm64")]
    [InlineData("osx-arm64")]
    public void AcceptsThePlatformsOfThePackages(string platform) => LoadFailure.CheckPlatform(platform);

    [Theory]
    [InlineData("0.106.0.0", false)]
    [InlineData("0.107.0.0", true)]
    [InlineData("0.108.0.0", false)]
    public void AcceptsOneTorchSharp(string version, bool accepted)
    {
        var error = Record.Exception(() => LoadFailure.CheckTorchSharp(Version.Parse(version)));

        Assert.Equal(accepted, error is null);
        Assert.Equal(
            !accepted,
            error is ModelGenException && error.Message.Contains("reference TorchSharp 0.107.0", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("2.9.1", "libtorch 2.9.1 is loaded")]
    [InlineData(null, "libtorch of an older version is loaded")]
    public void RefusesAnotherLibtorch(string? version, string expected)
    {
        var error = Assert.Throws<ModelGenException>(() => LoadFailure.CheckLibtorch(version is null ? null : Version.Parse(version)));

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("version 2.10.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesThePackageThatIsMissing()
    {
        var error = LoadFailure.Explain("osx-arm64", null, new DllNotFoundException("Unable to load"));

        Assert.Contains("add the package libtorch-cpu-osx-arm64 version 2.10.0", error.Message, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cpu version 0.107.0", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.32", "reference the ModelGen package")]
    [InlineData("GLIBC_2.34", "glibc 2.34 or later")]
    public void SaysWhatToDoAboutAMissingSymbolVersion(string version, string advice)
    {
        var loader = new DllNotFoundException(
            $"Unable to load shared library 'x' or one of its dependencies.\n/lib/libstdc++.so.6: version `{version}' not found "
                + "(required by /app/x.so)\n"
        );

        var error = LoadFailure.Explain("linux-x64", "/app/x.so", loader);

        Assert.StartsWith($"'/app/x.so' requires {version},", error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.Same(loader, error.InnerException);
    }

    [Fact]
    public void PassesOnTheLoadersReason()
    {
        var loader = new DllNotFoundException(
            "Unable to load shared library 'x'.\nlibc10.so: cannot open shared object file: No such file\n"
        );

        var error = LoadFailure.Explain("linux-x64", "/app/x.so", loader);

        Assert.Contains("(libc10.so: cannot open shared object file: No such file)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadsHere()
    {
        Libtorch.Load();
        Libtorch.Load();
    }
}
