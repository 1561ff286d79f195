using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Readme;

/// <summary>Captures what the process writes to the console until it's disposed. Use it in classes of <see cref="NonParallel"/>.</summary>
internal sealed class ConsoleOutput : IDisposable
{
    private readonly TextWriter _before = Console.Out;
    private readonly StringWriter _text = new();

    // SetOut makes the writer thread-safe: console loggers write from a thread of their own.
    public ConsoleOutput() => Console.SetOut(_text);

    public string[] Lines => _text.ToString().Split(Environment.NewLine);

    public void Dispose() => Console.SetOut(_before);
}
