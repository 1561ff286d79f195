namespace SpotifyClientCredentials.Testing;

internal enum FakeAnswerKind
{
    Scripted,
    Honest,
    Hang,
    Reset,
}
