using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ModelGen.Runs;

/// <summary>Who holds the lock of a run's folder.</summary>
/// <param name="Process">The process's number.</param>
/// <param name="Host">The machine it runs on.</param>
/// <param name="Since">When it took the lock, UTC.</param>
internal sealed record RunLockHolder(int Process, string Host, DateTime Since)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    // A process's start is counted from that of the system, whose clock may have been set since.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    /// <summary>This process, now.</summary>
    public static RunLockHolder Here() => new(Environment.ProcessId, Environment.MachineName, DateTime.UtcNow);

    /// <summary>Parses the content of a lock file; null if it is none.</summary>
    public static RunLockHolder? Parse(string text) =>
        text.TrimEnd('\n').Split(' ') is [var process, var since, var host]
        && host.Length > 0
        && int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && DateTime.TryParseExact(
            since,
            TimeFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? new RunLockHolder(number, host, time)
            : null;

    /// <summary>The content of a lock file.</summary>
    public string Text =>
        string.Create(CultureInfo.InvariantCulture, $"{Process} {Since.ToString(TimeFormat, CultureInfo.InvariantCulture)} {Host}\n");

    /// <summary>Whether it runs on this machine.</summary>
    public bool IsHere => string.Equals(Host, Environment.MachineName, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a process of this machine has that number and is old enough to be it: numbers are given again.</summary>
    public bool IsAlive()
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(Process);
            return process.StartTime.ToUniversalTime() <= Since + Tolerance;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }

    /// <summary>For a message: which process, where, and since when.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"process {Process} on host {Host} since {Since:yyyy-MM-dd HH:mm:ss} UTC");
}
