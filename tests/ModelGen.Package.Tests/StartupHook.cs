using TorchSharp;

/// <summary>Runs in the process of a command before its own code, where a test asks for that: .NET finds it by this name.</summary>
internal static class StartupHook
{
    public static void Initialize() => Console.WriteLine($"libtorch adds up to {torch.ones(3).sum().item<float>()}");
}
