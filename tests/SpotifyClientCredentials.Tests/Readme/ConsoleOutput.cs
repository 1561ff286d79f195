using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Readme;

/// <summary>What is written to the console from here to its disposal. The console is the process's: for classes in <see cref="NonParallel"/>.</summary>
internal sealed class ConsoleOutput : IDisposable
{
    private readonly TextWriter _before = Console.Out;
    private readonly StringWriter _text = new();

    // SetOut makes the writer thread-safe: console loggers write from a thread of their own.
    public ConsoleOutput() => Console.SetOut(_text);

    public string[] Lines => _text.ToString().Split(Environment.NewLine);

    public void Dispose() => Console.SetOut(_before);
}
