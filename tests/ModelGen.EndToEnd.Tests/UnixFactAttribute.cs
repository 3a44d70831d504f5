using Xunit;

namespace ModelGen.EndToEnd.Tests;

/// <summary>A test that needs Unix signals, or a special file that some Unix systems have; elsewhere it shows as skipped.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute(string specialFile = "/dev/null")
    {
        if (!File.Exists(specialFile))
        {
            Skip = $"There is no {specialFile} on this system.";
        }
    }
}
