using System.Diagnostics;
using ModelGen.Runs;

namespace ModelGen.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnEarlierRunsFilesAndFoldersMoveAsideAndAPersonsOwnStay()
    {
        var run = new RunFolder(_folder["run"], "metrics.jsonl", "samples");
        Assert.Null(run.MoveEarlierRunAside());
        run.WriteText("metrics.jsonl", "first");
        Directory.CreateDirectory(run["samples"]);
        File.WriteAllText(Path.Combine(run["samples"], "a.png"), "image");
        File.WriteAllText(run["notes.txt"], "own");
        Assert.Equal(run["earlier-1"], run.MoveEarlierRunAside());
        Assert.Equal(
            ["earlier-1", "notes.txt"],
            Directory.EnumerateFileSystemEntries(run.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal("image", File.ReadAllText(Path.Combine(run["earlier-1"], "samples", "a.png")));
        run.WriteText("metrics.jsonl", "second");
        Assert.Equal(run["earlier-2"], run.MoveEarlierRunAside());
        Assert.Equal("first", File.ReadAllText(Path.Combine(run["earlier-1"], "metrics.jsonl")));
    }

    [Fact]
    public void AFolderBelowAFileIsToldBeforeAnythingIsComputed()
    {
        var file = _folder.Write("file", "a person's own"u8);
        Assert.Equal(
            $"Cannot write the run into '{file}', which is a file; choose a folder.",
            Assert.Throws<ModelGenException>(() => new RunFolder(file).CheckIsNoFile()).Message
        );
        Assert.Equal(
            $"Cannot write the run into '{file}/a/b', since '{file}' is a file; choose another folder.",
            Assert.Throws<ModelGenException>(() => new RunFolder($"{file}/a/b").WriteText("text", "")).Message
        );
    }

    // Of a full disk, and only of that, it is said that space helps.
    [Theory]
    [InlineData("/proc/run", "; choose another folder.")]
    [InlineData("/dev/full", ". Free some space or choose another folder, then try again.")]
    public void TheAdviceFitsWhatIsWrong(string place, string advice)
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // only Linux has these places
        }

        var run = new RunFolder(place == "/dev/full" ? _folder["run"] : place);
        if (place == "/dev/full")
        {
            Directory.CreateDirectory(run.Path);
            File.CreateSymbolicLink(run["text.tmp"], place);
        }

        Assert.EndsWith(advice, Assert.Throws<ModelGenException>(() => run.WriteText("text", "content")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASecondRunIsToldWhoHoldsTheFolder()
    {
        var run = new RunFolder(_folder["run"]);
        using var held = run.Lock("run.lock");
        var message = Refused(run);
        Assert.Matches(
            $@"^The run folder '.+run' is in use: process {Environment.ProcessId} on host {Environment.MachineName} since "
                + @"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC is training into it; wait for it, stop it, or choose another folder\.$",
            message
        );
    }

    [Fact]
    public void AReleasedLockIsGoneAndCanBeTakenAgain()
    {
        var run = new RunFolder(_folder["run"]);
        run.Lock("run.lock").Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(run.Path));
        run.Lock("run.lock").Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    [InlineData("half a li")]
    [InlineData("99999999999999999999 2026-01-01T00:00:00Z host")]
    public void AFileThatNamesNobodyIsTakenOver(string content) => AssertTaken(content);

    [Fact]
    public void WhatADeadProcessHasLeftIsTakenOver()
    {
        using var process = Process.Start(
            new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["--version"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var holder = new RunLockHolder(process.Id, Environment.MachineName, DateTime.UtcNow);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        AssertTaken(holder.Text);
    }

    // In a container, the next process often has the number of the one that died.
    [Fact]
    public void AYoungerProcessWithTheNumberOfTheDeadOneDoesNotKeepItsLock() =>
        AssertTaken(new RunLockHolder(Environment.ProcessId, Environment.MachineName, DateTime.UtcNow.AddDays(-1)).Text);

    // Where a file system knows no locks, as some network drives.
    [Fact]
    public void ALivingProcessHoldsItsFolderEvenIfItsFileIsNotLocked()
    {
        var run = Left(RunLockHolder.Here().Text);
        Assert.EndsWith($" If that process is another program, delete '{run["run.lock"]}'.", Refused(run), StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherHostsLockIsToldWithWhatToDo()
    {
        var run = Left("4242 2026-11-28T20:15:03Z far-away");
        Assert.Equal(
            $"The run folder '{run.Path}' may be in use: process 4242 on host far-away since 2026-11-28 20:15:03 UTC has begun to train "
                + $"into it, and whether it still does cannot be seen from here. If it does not, delete '{run["run.lock"]}'; otherwise wait "
                + "for it, stop it, or choose another folder.",
            Refused(run)
        );
        Assert.Equal("4242 2026-11-28T20:15:03Z far-away", File.ReadAllText(run["run.lock"]));
    }

    [Fact]
    public void ALockThatIsAFolderIsToldWithWhatToDo()
    {
        var run = new RunFolder(_folder["run"]);
        Directory.CreateDirectory(run["run.lock"]);
        Assert.Equal(
            $"The run folder '{run.Path}' cannot be locked with '{run["run.lock"]}': it is a folder. If no other process is training there, "
                + "delete it; otherwise choose another folder.",
            Refused(run)
        );
    }

    [Fact]
    public void ALockThatIsAPipeKeepsNobodyWaiting()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // its pipes are no files
        }

        var run = new RunFolder(_folder["run"]);
        Directory.CreateDirectory(run.Path);
        using (var process = Process.Start("mkfifo", [run["run.lock"]]))
        {
            process.WaitForExit();
        }

        Assert.Contains("': it is not an ordinary file. If no other", Refused(run), StringComparison.Ordinal);
    }

    [Fact]
    public void ALockThatMayNotBeOpenedIsToldWithWhatToDo()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return; // nothing is closed to root
        }

        var run = Left("");
        File.SetUnixFileMode(run["run.lock"], UnixFileMode.None);
        Assert.Contains("is denied. If no other process is training there, delete it;", Refused(run), StringComparison.Ordinal);
    }

    private static string Refused(RunFolder run) => Assert.Throws<ModelGenException>(() => run.Lock("run.lock")).Message;

    private RunFolder Left(string content)
    {
        _folder.Write("run/run.lock", System.Text.Encoding.UTF8.GetBytes(content));
        return new RunFolder(_folder["run"]);
    }

    private void AssertTaken(string content)
    {
        var run = Left(content);
        using var held = run.Lock("run.lock");
        Assert.Contains($" process {Environment.ProcessId} on host ", Refused(run), StringComparison.Ordinal);
    }
}
