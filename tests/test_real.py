"""Real data and weights: the bytes that the tool made, what they hold, what the networks answer."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from d2lparams import Trainer, autograd, errors, init, loss, nd, nn, real

HASHES = {  # as `python -m tools.data` prints them
    "LICENSES.txt": "61ba083975394510897f8c3674e63aa64347e4ea9f187cdc36c9b6268aa4bb87",
    "article.tsv": "9883aac469a16aabe83f11d7a8e62da8cc1f78fa046ae2eb7728ac6513e7f1a9",  # written by hand
    "bart.safetensors": "6947bb90fdd504416d12d2b380dd138891d35d71e8fa858177b4941458328582",
    "digits.safetensors": "f8ce9dcb2cc391b35a3275f6d089b637f57c4ac588cec9d4be2f569c31dd4f83",
    "lande.safetensors": "32e75b0f7b9c192a666a60958d3442bdb3ecc96c25844beb3c60d90d83ce3094",
    "silero.safetensors": "6e850b8809ca04c9e563a668fa4c4ed7c51e3df0a391a65fb53cf3f430c9338a",
}
# What the detector's own program, in JavaScript, answers: the three likeliest languages.
ANSWERS = {
    "모든 사람은 태어날 때부터 자유롭고 존엄하며 평등하다": [("kor", 0.997406), ("cmn", 0.002357), ("hin", 0.000104)],
    "All human beings are born free and equal": [("cat", 0.863135), ("eng", 0.104474), ("dan", 0.019021)],
    "Alle Menschen sind frei und gleich an Würde und Rechten geboren": [
        ("deu", 0.999829),
        ("eng", 0.000119),
        ("dan", 0.000030),
    ],
    "すべての人間は自由である": [("jpn", 0.999144), ("cmn", 0.000576), ("mar", 0.000185)],
    "Tous les êtres humains naissent libres et égaux en dignité": [
        ("fra", 0.868557),
        ("cat", 0.131373),
        ("dan", 0.000032),
    ],
    "hello": [("fin", 0.990108), ("spa", 0.006736), ("ita", 0.001612)],
}


def test_the_files_are_those_that_the_tool_made_and_no_others():
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in real.FOLDER.iterdir()}
    assert found == HASHES
    assert sum(path.stat().st_size for path in real.FOLDER.iterdir()) < 500_000


def test_the_licence_of_every_file_stands_beside_it():
    text = (real.FOLDER / "LICENSES.txt").read_text(encoding="utf-8")
    for name in real.NAMES:
        assert f"{name}.safetensors: {real.source(name)}\n" in text
    for words in (
        "Fabio Spampinato",
        "Silero Team",
        "creativecommons.org/licenses/by/4.0",
        "Apache License",
        "Peter Reid",
    ):
        assert words in text
    assert text.count("Permission is hereby granted") == 2 and "END OF TERMS AND CONDITIONS" in text


def test_the_digits_are_1797_of_ten_kinds_between_0_and_1():
    images, labels = real.digits()
    assert (images.shape, images.dtype, labels.shape) == ((1797, 8, 8), np.float32, (1797,))
    assert (images.min(), images.max()) == (0, 1) and not (images * 16 % 1).any()
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_a_small_network_learns_the_digits():
    images, labels = real.digits()
    x, y = nd.array(images.reshape(-1, 64)), nd.array(labels)
    nd.random.seed(1)
    net = nn.Sequential()
    net.add(nn.Dense(32, activation="relu", in_units=64), nn.Dense(10, in_units=32))
    net.initialize(init.He())
    trainer, error = Trainer(net.collect_params(), "adam", {"learning_rate": 0.01}), loss.SoftmaxCrossEntropyLoss()
    for _ in range(60):
        with autograd.record():
            total = error(net(x[:1200]), y[:1200])
        total.backward()
        trainer.step(1200)
    right = net(x[1200:]).asnumpy().argmax(1) == labels[1200:]
    assert right.mean() > 0.88


def test_the_weights_of_the_detector_have_the_shapes_and_moments_of_its_package():
    held = real.weights("lande")
    assert sum(array.size for array in held.values()) == 80_570
    assert {array.dtype for array in held.values()} == {np.dtype("float32")}
    assert held["0.weight"].std() == pytest.approx(0.760, abs=5e-4)
    assert held["1.weight"].mean() == pytest.approx(-6.088, abs=5e-4)
    assert max(len(np.unique(row)) for row in held["0.weight"]) <= 255


def test_the_detector_knows_the_article_in_40_of_41_languages():
    said, codes = real.article(), [language.code for language in real.languages()]
    assert (
        len(said) == 41
        and set(said) < set(codes)
        and all(text.endswith((".", "。", "।", "։")) for text in said.values())
    )
    found = real.detector()(nd.array(real.features(*said.values()))).asnumpy().argmax(axis=1)
    wrong = [(code, codes[at]) for code, at in zip(said, found, strict=True) if code != codes[at]]
    assert wrong == [("bul", "mkd")]
    said.clear()
    assert real.article()


@pytest.mark.parametrize("text", ANSWERS)
def test_the_detector_answers_as_its_own_program(text):
    found = [(language.code, share) for language, share in real.detect(text, count=3)]
    assert [code for code, _ in found] == [code for code, _ in ANSWERS[text]]
    np.testing.assert_allclose([s for _, s in found], [s for _, s in ANSWERS[text]], atol=2e-6)


def test_five_languages_are_recognized_in_longer_sentences():
    texts = {
        "kor": "오늘은 날씨가 좋아서 친구와 함께 공원에서 점심을 먹었습니다.",
        "eng": "The weather was so lovely today that we had our lunch in the park with some friends.",
        "spa": "Hoy hacía tan buen tiempo que comimos en el parque con unos amigos.",
        "rus": "Сегодня была такая хорошая погода, что мы обедали в парке с друзьями.",
        "tur": "Bugün hava o kadar güzeldi ki arkadaşlarla parkta öğle yemeği yedik.",
    }
    for code, text in texts.items():
        assert real.detect(text, count=1)[0][0].code == code


def test_a_reader_may_damage_the_detector_without_damage_to_the_next():
    net, text = real.detector(), "모든 사람은 자유롭다"
    net[0].weight.set_data(nd.zeros((120, 620)))
    for name in ("lande", "bart", "silero"):
        for array in real.weights(name).values():
            array[:] = 0
        assert all(array.any() for array in real.weights(name).values())
    assert real.detect(text, net, 1)[0][1] != real.detect(text, count=1)[0][1]
    assert real.detect(text, count=1)[0][0].code == "kor"


def test_making_the_detector_draws_no_random_number():
    nd.random.seed(3)
    first = nd.random.normal(shape=(4,)).asnumpy()
    nd.random.seed(3)
    real.detector()
    np.testing.assert_array_equal(nd.random.normal(shape=(4,)).asnumpy(), first)


def test_features_are_shares_of_pieces_and_do_not_mind_case_digits_or_hyphens():
    (row, same) = real.features("Ab-ab", "  AB 12, ab! ")
    np.testing.assert_array_equal(row, same)
    at = {gram: place for place, gram in enumerate(real.grams())}
    assert row[at["a"]] == pytest.approx(2 / 7) and row[at[" "]] == pytest.approx(3 / 7)  # of " ab ab "
    assert len(at) == 620 and len(real.languages()) == len({language.ko for language in real.languages()}) == 50
    assert real.features("").sum() == pytest.approx(1)  # a blank


def test_the_first_layer_of_the_voice_detector_is_a_formula():
    held = real.weights("silero")
    n, rows = np.arange(256), held["stft_conv.rows"][:, None]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * n / 256)
    angle = 2 * np.pi * (rows % 129) * n / 256
    formula = np.where(rows < 129, np.cos(angle), -np.sin(angle)) * window
    assert np.abs(held["stft_conv.weight"][:, 0] - formula).max() < 1e-7
    trained = held["conv4.weight"].astype(np.float64)
    assert ((trained - trained.mean()) ** 4).mean() / trained.var() ** 2 > 12_000
    assert trained.max() == pytest.approx(36.7, abs=0.05)


def test_positions_that_no_word_reached_still_have_the_size_they_were_drawn_with():
    held = real.weights("bart")
    assert held["model.shared.weight"].shape == (63, 128)
    drawn = 0.02 * np.sqrt(128)
    for part, reached in (("encoder", 49), ("decoder", 55)):  # the longest word and the longest sound of its training
        norms = np.linalg.norm(held[f"model.{part}.embed_positions.weight"], axis=1)
        assert np.abs(norms[np.r_[:2, reached:66]] - drawn).max() < 0.03
        assert norms[2:reached].min() > 5 * drawn


def test_an_unknown_name_and_what_is_no_text_are_told():
    with pytest.raises(errors.UnknownNameError, match="digits, lande, bart, silero"):
        real.weights("resnet")
    with pytest.raises(errors.DTypeError, match="text"):
        real.features(3)


def test_the_package_opens_no_file_of_data_until_it_is_asked():
    code = "import d2lparams, sys; print('d2lparams.real' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert ran.stdout.strip() == "False"
