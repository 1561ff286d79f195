namespace SpotifyClientCredentials.Tests.Support;

/// <summary>For tests that take so many threads or sockets that others would feel it: they run while nothing else does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = nameof(Alone);
}
