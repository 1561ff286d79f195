namespace SpotifyClientCredentials.Tests.Support;

/// <summary>For tests that take many threads or sockets, or that count on no other test allocating, collecting or writing to the console meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class NonParallel
{
    public const string Name = nameof(NonParallel);
}
